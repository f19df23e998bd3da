import picomatch from 'picomatch';
import type { Finding, Place } from '../core/finding.ts';
import { CALLED } from '../core/meanings.ts';
import type { Workspace } from '../core/workspace.ts';
import { exportedNames } from './exported-names.ts';
import type { FarOrigins } from './far-origins.ts';
import { namedFolder } from './named-folder.ts';
import type { EnginesConfig } from './ownership-config.ts';
import { FOREIGN_ENGINE, UNUSED_PERMISSION } from './rules.ts';
import type { UseFact } from './use-facts.ts';

/** A use of a part that belongs to a domain. */
interface OwnedUse extends Place {
  /** Who uses it; null: what all domains share. */
  readonly by: string | null;
  readonly path: string;
  readonly module: string;
  readonly owner: string;
  readonly name: string;
}

/** What domains call of other domains' engines and drivers. `examined` counts the uses of parts that belong to a domain. */
export function judgeEngines(
  workspace: Workspace,
  config: EnginesConfig,
  origins: FarOrigins,
  usesOf: (path: string) => readonly UseFact[],
): { readonly findings: readonly Finding[]; readonly examined: number } {
  const uses = ownedUses(workspace, config, origins, usesOf);
  const { mayUse = [] } = config;
  const foreign = uses.filter(({ by, owner }) => by !== owner);
  const isAllowed = ({ by, module }: OwnedUse): boolean => mayUse.some((permission) => permission.domain === by && permission.uses.includes(module));
  return {
    examined: uses.length,
    findings: [
      ...distinct(foreign.filter((use) => !isAllowed(use))).map(findingOf),
      ...mayUse.flatMap(({ domain, uses: modules }) =>
        modules
          .filter((module) => !foreign.some((use) => use.by === domain && use.module === module))
          .map((module) => ({ rule: UNUSED_PERMISSION.id, path: module, line: 1, column: 1, message: `the domain ${domain} may use this file, and does not` }))),
    ],
  };
}

function ownedUses(workspace: Workspace, { owned, callers, shared = [], common = [] }: EnginesConfig, origins: FarOrigins, usesOf: (path: string) => readonly UseFact[]): readonly OwnedUse[] {
  const parts = owned.map(namedFolder);
  const folders = [...callers.map(namedFolder), ...parts];
  const isCommon = picomatch([...common]);
  const nameIn = (among: typeof parts, path: string): string | undefined => among.map((folder) => folder.nameFor(path)).find((name) => name !== undefined && !shared.includes(name));
  /** Itself; of a whole module that belongs to nobody, all that is in it. */
  const reached = (path: string, { chain, isImport }: UseFact): readonly { readonly module: string; readonly name: string }[] =>
    origins(path, chain).filter(({ rest }) => !rest.includes(CALLED)).flatMap(({ module, name }) => {
      if (name !== '*' || nameIn(parts, module) !== undefined) return [{ module, name }];
      return isImport ? [] : exportedNames(workspace, module).flatMap((exported) => workspace.symbols.originsOfExport(module, exported));
    });
  return workspace.paths.flatMap((path) => {
    const domain = nameIn(folders, path);
    const by = domain ?? (isCommon(path) ? null : undefined);
    if (by === undefined) return [];
    const places = [
      ...usesOf(path).flatMap((use) => reached(path, use).map((part) => ({ ...part, line: use.line, column: use.column }))),
      ...modulesAskedFor(workspace, path),
    ];
    return places.flatMap((place): readonly OwnedUse[] => {
      const owner = nameIn(parts, place.module);
      return owner === undefined || place.module === path ? [] : [{ by, path, owner, ...place }];
    });
  });
}

/** The modules that are asked for at run time, whatever is taken of them. */
const modulesAskedFor = (workspace: Workspace, path: string): readonly (Place & { readonly module: string; readonly name: string })[] =>
  workspace.module(path).requests.flatMap(({ specifier, isType, line, column }) => {
    const resolution = isType || specifier === null ? undefined : workspace.resolve(path, specifier);
    return resolution?.kind === 'file' ? [{ module: resolution.path, name: '*', line, column }] : [];
  });

function findingOf({ by, path, line, column, module, owner, name }: OwnedUse): Finding {
  const what = name === '*' ? module : `${name} of ${module}`;
  return { rule: FOREIGN_ENGINE.id, path, line, column, message: by === null ? `what all domains share uses ${what}, which is the domain ${owner}'s` : `the domain ${by} uses ${what}, which is the domain ${owner}'s` };
}

/** Each once; a module as a whole only where nothing is said of what is taken of it. */
function distinct(uses: readonly OwnedUse[]): readonly OwnedUse[] {
  const named = new Set(uses.filter(({ name }) => name !== '*').map(({ path, module }) => `${path}\0${module}`));
  const told = uses.filter(({ path, module, name }) => name !== '*' || !named.has(`${path}\0${module}`));
  const first = new Map<string, OwnedUse>();
  for (const use of told.toSorted((a, b) => a.line - b.line || a.column - b.column)) {
    const key = `${use.path}\0${use.module}\0${use.name}`;
    if (!first.has(key)) first.set(key, use);
  }
  return [...first.values()];
}
