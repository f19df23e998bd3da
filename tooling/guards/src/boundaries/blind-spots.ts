import { posix } from 'node:path';
import type { Finding } from '../core/finding.ts';
import type { Rule } from '../core/guard.ts';
import { packageOf } from '../core/resolver.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Sight } from './cruise.ts';

/** What keeps a rule set from holding although nothing breaks it. */
export const BLIND_SPOTS: readonly Rule[] = [
  {
    id: 'boundaries/not-read',
    title: 'Every source is read by the cruise, and every import in it.',
    why: 'A file that was not read can break no rule, and so none holds for it.',
    instead: "Import by `import`, which it sees, and not by a `require` of one's own, a thread or a look-up. A file: let the rule set's `options` reach it, and see that dependency-cruiser finds TypeScript's API; or take it out of `boundaries.sources`, with the reason.",
  },
  {
    id: 'boundaries/empty-package',
    title: 'Every package has a module.',
    why: 'Rules about a package in which nothing is read hold for nothing.',
    instead: 'Remove the folder, or give it its first module.',
  },
  {
    id: 'boundaries/misnamed-package',
    title: 'A package is imported by the name that it has.',
    why: 'A name that works here through a link left behind is found nowhere else, and a rule about the real name does not see it.',
    instead: "Import it by the `name` of its package.json, and install anew so that the old link goes.",
  },
  {
    id: 'boundaries/not-idle',
    title: 'No rule is excused that concerns something.',
    why: 'The excuse would still stand when the rule falls silent for another reason.',
    instead: 'Remove the line of the rule from `boundaries.idle`.',
  },
];

/** A folder of the workspace that is a package. */
export interface PackageFolder {
  readonly folder: string;
  /** The name in its package.json; null where it has none. */
  readonly name: string | null;
}

/** Where a rule set cannot see. */
export interface Field {
  /** What was read. */
  readonly modules: readonly string[];
  /** What should have been read. */
  readonly sources: readonly string[];
  readonly packages: readonly PackageFolder[];
}

/** @returns a finding for each source that was not read and for each package in which nothing was */
export function blindSpots({ modules, sources, packages }: Field): readonly Finding[] {
  const read = new Set(modules);
  const unread = sources.filter((path) => !read.has(path)).map((path): Finding => (
    { rule: 'boundaries/not-read', path, line: 1, column: 1, message: 'was not read, so no rule holds for it' }
  ));
  const empty = packages.filter(({ folder }) => !modules.some((path) => path.startsWith(`${folder}/`))).map(({ folder }): Finding => (
    { rule: 'boundaries/empty-package', path: posix.join(folder, 'package.json'), line: 1, column: 1, message: `${folder} has no module, so its rules hold for nothing` }
  ));
  return [...unread, ...empty];
}

/** @returns a finding for each module that is asked for in a way that the cruise does not see: no rule holds for where it leads */
export function unseenRequests(workspace: Workspace, asked: Sight['asked']): readonly Finding[] {
  const bare = (specifier: string): string => specifier.replace(/^node:/, '');
  return Object.entries(asked).flatMap(([path, specifiers]) => {
    if (!workspace.has(path)) return [];
    const seen = new Set(specifiers.map(bare));
    return workspace.module(path).requests.flatMap(({ specifier, line, column }): readonly Finding[] =>
      specifier === null || seen.has(bare(specifier)) ? [] : [{ rule: 'boundaries/not-read', path, line, column, message: `asks for '${specifier}' in a way that the rule set does not see` }]);
  });
}

/**
 * @param isLinked whether a file finds a package of that name in a node_modules: other names are a compiler's aliases
 * @returns a finding for each import of a package of the workspace by another name than its own
 */
export function misnamed(workspace: Workspace, packages: readonly PackageFolder[], isLinked: (path: string, name: string) => boolean): readonly Finding[] {
  const findings: Finding[] = [];
  const byDepth = packages.toSorted((a, b) => b.folder.length - a.folder.length);
  for (const path of workspace.paths) {
    for (const { specifier, line, column } of workspace.module(path).requests) {
      if (specifier === null || /^[./#]/.test(specifier)) continue;
      const resolution = workspace.resolve(path, specifier);
      if (resolution.kind !== 'file') continue;
      const owner = byDepth.find(({ folder }) => resolution.path.startsWith(`${folder}/`));
      const name = packageOf(specifier);
      if (owner === undefined || owner.name === name || !isLinked(path, name)) continue;
      findings.push({ rule: 'boundaries/misnamed-package', path, line, column, message: `'${specifier}' leads into ${owner.folder}, which is called ${owner.name ?? 'nothing'}` });
    }
  }
  return findings;
}
