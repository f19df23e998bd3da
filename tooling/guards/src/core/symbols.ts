import type { ModuleFacts } from './module-facts.ts';
import type { Resolution } from './resolver.ts';

/** What a name in one file really is: an export of a module, or something of the file's own. */
export interface Origin {
  /** A path of the tree; `npm:<package>` or `npm:<package>/<subpath>`; `node:<builtin>`; `global` for what no module declares. */
  readonly module: string;
  /** The name under which that module exports it or has it at its top; `*` for the module as a whole. */
  readonly name: string;
  /** What was taken of it further on: `pool.connect` of an imported `pool` has `['connect']`. */
  readonly rest: readonly string[];
}

/** Who is who across files: follows imports, re-exports, `export *`, namespaces, aliases and modules asked for in place. */
export interface Symbols {
  /**
   * What a chain of names at the top level of a file means, root first (`['ns', 'begin']`). Several where it is ambiguous;
   * a name that the file itself defines is its own origin.
   * A root of the form `import:<specifier>` is that module.
   */
  originsOf(path: string, chain: readonly [string, ...string[]]): readonly Origin[];
  /** What an export of a file really is. None where the file has no such export. */
  originsOfExport(path: string, exported: string): readonly Origin[];
}

/** The part of a workspace that symbols need. */
export interface Modules {
  has(path: string): boolean;
  module(path: string): ModuleFacts;
  resolve(from: string, specifier: string): Resolution;
}

/** Makes the symbol table of a tree. Answers are kept. */
export function symbolsOf(modules: Modules): Symbols {
  const known = new Map<string, readonly Origin[]>();
  /** Guards against modules that hand a name round in a circle. */
  const open = new Set<string>();
  const once = (key: string, find: () => readonly Origin[]): readonly Origin[] => {
    const answer = known.get(key);
    if (answer !== undefined) return answer;
    if (open.has(key)) return [];
    open.add(key);
    const found = distinct(find());
    open.delete(key);
    // What was cut off by the guard may be incomplete: it is kept only where nothing else is being looked for.
    if (open.size === 0) known.set(key, found);
    return found;
  };

  /** An export of whatever a specifier leads to. */
  const across = (from: string, specifier: string, name: string, rest: readonly string[]): readonly Origin[] => {
    const resolution = modules.resolve(from, specifier);
    switch (resolution.kind) {
      case 'file': {
        if (name === '*') {
          const [first, ...others] = rest;
          return first === undefined ? [{ module: resolution.path, name: '*', rest: [] }] : across(from, specifier, first, others);
        }
        if (!modules.has(resolution.path)) return [{ module: resolution.path, name, rest }];
        return ofExport(resolution.path, name).flatMap((origin) => extend(origin, rest));
      }
      case 'package':
        return [outside(`npm:${resolution.path}`, name, rest)];
      case 'builtin':
        return [outside(`node:${resolution.name}`, name, rest)];
      case 'outside':
        return [outside(resolution.path, name, rest)];
      case 'unresolved':
        return [];
    }
  };

  /** Goes on from what was found: into a module where it is one, else deeper into the thing. */
  const extend = (origin: Origin, rest: readonly string[]): readonly Origin[] => {
    if (rest.length === 0) return [origin];
    const [first = '', ...others] = rest;
    if (origin.name !== '*') return [{ ...origin, rest: [...origin.rest, ...rest] }];
    if (!modules.has(origin.module)) return [outside(origin.module, '*', [...origin.rest, ...rest])];
    return ofExport(origin.module, first).flatMap((found) => extend(found, others));
  };

  const ofLocal = (path: string, [root, ...rest]: readonly [string, ...string[]]): readonly Origin[] =>
    once(`local\0${path}\0${[root, ...rest].join('\0')}`, () => {
      if (root.startsWith('import:')) return across(path, root.slice('import:'.length), '*', rest);
      const { imports, aliases } = modules.module(path);
      const imported = imports.find(({ local }) => local === root);
      if (imported !== undefined) return across(path, imported.specifier, imported.imported, rest);
      const renamed = aliases.filter(({ local }) => local === root);
      const found = renamed.flatMap(({ of: [first, ...more] }) => (first === root ? [] : ofLocal(path, [first, ...more, ...rest])));
      return [...found, { module: path, name: root, rest }];
    });

  const ofExport = (path: string, exported: string): readonly Origin[] =>
    once(`export\0${path}\0${exported}`, () => {
      const { exports, reExports } = modules.module(path);
      const own = exports.filter((fact) => fact.exported === exported);
      if (own.length > 0) return own.flatMap(({ local }) => (local === null ? [{ module: path, name: exported, rest: [] }] : ofLocal(path, [local])));
      const named = reExports.filter((fact) => fact.exported === exported);
      if (named.length > 0) return named.flatMap(({ specifier, imported }) => across(path, specifier, imported, []));
      if (exported === 'default') return [];
      return reExports
        .filter((fact) => fact.exported === '*')
        .flatMap(({ specifier }) => {
          const { kind } = modules.resolve(path, specifier);
          return kind === 'file' ? across(path, specifier, exported, []) : [];
        });
    });

  return { originsOf: ofLocal, originsOfExport: ofExport };
}

/** Something of a module that is not in the tree. A member of the whole module is an export of it, and so is one of its default. */
function outside(module: string, name: string, rest: readonly string[]): Origin {
  const [first, ...others] = rest;
  return (name === '*' || name === 'default') && first !== undefined ? { module, name: first, rest: others } : { module, name, rest };
}

function distinct(origins: readonly Origin[]): readonly Origin[] {
  const byKey = new Map(origins.map((origin) => [`${origin.module}\0${origin.name}\0${origin.rest.join('\0')}`, origin]));
  return [...byKey.values()];
}
