import type { Workspace } from '../core/workspace.ts';
import { CALLED } from '../core/meanings.ts';
import type { DefinitionFact } from './definition-facts.ts';
import type { FarOrigins } from './far-origins.ts';
import type { DefinitionsConfig, Factory } from './ownership-config.ts';

/** A definition, in the syntax, of something that an application registers. */
export interface Definition extends DefinitionFact {
  readonly path: string;
}

/**
 * The definitions of a tree: whatever calls a factory, by whatever name.
 * @throws where a factory is not what the configuration says: a guard that looks for something else finds nothing
 */
export function definitionsIn(workspace: Workspace, { factories }: Pick<DefinitionsConfig, 'factories'>, origins: FarOrigins, factsOf: (path: string) => readonly DefinitionFact[]): readonly Definition[] {
  for (const factory of factories) demandFactory(workspace, factory);
  const isFactory = new Set(factories.map(({ module, name, calls = 1 }) => keyOf(module, name, calls - 1)));
  return workspace.paths.flatMap((path) =>
    factsOf(path)
      .filter(({ callee }) => callee.some((chain) => origins(path, chain).some(({ module, name, rest }) => rest.every((part) => part === CALLED) && isFactory.has(keyOf(module, name, rest.length)))))
      .map((fact) => ({ ...fact, path })),
  );
}

const keyOf = (module: string, name: string, calls: number): string => `${module}\0${name}\0${calls}`;

function demandFactory({ has, symbols }: Workspace, { module, name }: Factory): void {
  if (!has(module)) throw new Error(`the configuration names a factory in ${module}, which is not among the guarded files: correct its path`);
  if (symbols.originsOfExport(module, name).length === 0) throw new Error(`the configuration names the factory ${name}, which ${module} does not export: correct its name`);
}

/** What is registered somewhere, as far as it takes to find its definition. */
export interface Registered {
  readonly label: readonly string[];
  readonly path: string;
  readonly line: number;
}

const isOf = ({ path, line, lastLine, label }: Definition, known: Registered): boolean =>
  known.path === path && known.line >= line && known.line <= lastLine && (label === null || label.join('\0') === known.label.join('\0'));

/** The definitions that nothing registers: nothing registered says one of their lines as its place, and their name. */
export function unregistered(definitions: readonly Definition[], registered: readonly Registered[]): readonly Definition[] {
  return definitions.filter((definition) => !registered.some((known) => isOf(definition, known)));
}

/** What is registered and no factory has made: a copy of a definition, or something written by hand, says the place of another or none. */
export function unmade<R extends Registered>(definitions: readonly Definition[], registered: readonly R[]): readonly R[] {
  return registered.filter((known) => !definitions.some((definition) => isOf(definition, known)));
}
