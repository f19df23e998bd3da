import { hash } from 'node:crypto';
import type { FactsCache, FileFacts } from './facts-cache.ts';
import type { Finding } from './finding.ts';
import type { AnyGuard, Rule } from './guard.ts';
import { parseFile, UnparsableFileError, type ParsedFile } from './parsed-file.ts';
import type { SourceTree } from './source-tree.ts';
import { symbolsOf } from './symbols.ts';
import type { Workspace } from './workspace.ts';

/** What reading the tree itself found: nothing is guarded that was not read. */
export const READING: readonly Rule[] = [
  {
    id: 'reading/unparsable',
    title: 'Every file can be parsed.',
    why: 'No rule holds for a file that could not be read.',
    instead: 'Correct the syntax, or exclude the file from `files` in the configuration with the reason beside it.',
  },
  {
    id: 'reading/unresolved-import',
    title: 'Every import leads to something.',
    why: 'An import that leads nowhere matches no rule about where it may lead, and so passes them all.',
    instead: 'Correct the path, declare the dependency, or install it.',
  },
  {
    id: 'reading/opaque-import',
    title: 'What is imported is written down.',
    why: 'A module whose name is computed can be any module: no rule can be held against it.',
    instead: 'Import by a literal name; choose among several with a table of functions that each import one. A file whose work it is to load what its user names stands in `files.loaders`.',
  },
  {
    id: 'reading/unguarded-import',
    title: 'Every file of the tree that is imported is guarded.',
    why: 'What no guard reads may do anything, and does it for whoever imports it.',
    instead: 'Let `files.include` name it, with every extension that is used; or move it to where guarded files are. What lies above the root is imported as a package.',
  },
  {
    id: 'reading/unused-loader',
    title: 'Only files that load what is computed may do so.',
    why: 'A permission that nobody uses is room for whoever comes next.',
    instead: 'Remove the file from `files.loaders`, or correct its path.',
  },
];

/** A workspace, and what is wrong with reading it. */
export interface ReadWorkspace {
  readonly workspace: Workspace;
  readonly facts: (guard: string, path: string) => unknown;
  readonly findings: readonly Finding[];
}

/** Reads a tree for some guards. Files whose text is known from an earlier run are not parsed again. */
export function readWorkspace(tree: SourceTree, guards: readonly AnyGuard[], cache: FactsCache): ReadWorkspace {
  const files = new Map<string, FileFacts & { readonly digest: string }>();
  const findings: Finding[] = [];
  for (const path of tree.paths) {
    const text = tree.read(path);
    const digest = hash('sha256', text);
    let facts = cache.get(path, digest);
    if (facts === undefined) {
      try {
        facts = factsOf(parseFile(path, text), guards);
      } catch (error) {
        if (!(error instanceof UnparsableFileError)) throw error;
        findings.push({ rule: 'reading/unparsable', path, ...error.place, message: `cannot be parsed: ${error.message}` });
        continue;
      }
      cache.set(path, digest, facts);
    }
    files.set(path, { ...facts, digest });
  }
  const fileAt = (path: string): FileFacts & { readonly digest: string } => {
    const file = files.get(path);
    if (file === undefined) throw new Error(`${path} was not read`);
    return file;
  };
  const base = {
    root: tree.root, paths: [...files.keys()], resolve: tree.resolve,
    has: (path: string) => files.has(path),
    digest: (path: string) => fileAt(path).digest,
    module: (path: string) => fileAt(path).module,
    text: (path: string) => tree.read(path),
  };
  const workspace: Workspace = { ...base, symbols: symbolsOf(base) };
  const guarded = new Set(tree.paths);
  for (const path of workspace.paths) findings.push(...findingsOfRequests(workspace, path, { isLoader: tree.loaders.includes(path), isGuarded: (file) => guarded.has(file) }));
  for (const path of tree.loaders) if (!isLoading(workspace, path)) findings.push({ rule: 'reading/unused-loader', path, line: 1, column: 1, message: 'may load what is computed, and does not' });
  return { workspace, facts: (guard, path) => fileAt(path).collected[guard], findings };
}

function factsOf(file: ParsedFile, guards: readonly AnyGuard[]): FileFacts {
  return {
    module: file.module,
    collected: Object.fromEntries(guards.flatMap((guard) => (guard.collect === undefined ? [] : [[guard.name, guard.collect(file)]]))),
  };
}

/** How a file stands to the selection of files. */
interface Standing {
  readonly isLoader: boolean;
  isGuarded(path: string): boolean;
}

function findingsOfRequests(workspace: Workspace, path: string, { isLoader, isGuarded }: Standing): readonly Finding[] {
  return workspace.module(path).requests.flatMap(({ specifier, kind, line, column }): readonly Finding[] => {
    const found = (rule: string, message: string): readonly Finding[] => [{ rule: `reading/${rule}`, path, line, column, message }];
    if (specifier === null) return isLoader ? [] : found('opaque-import', `a ${kind} import of a module whose name is computed`);
    const resolution = workspace.resolve(path, specifier);
    switch (resolution.kind) {
      case 'unresolved':
        return found('unresolved-import', `'${specifier}' leads nowhere (${resolution.reason})`);
      case 'outside':
        return found('unguarded-import', `'${specifier}' leads above the root, where nothing is guarded`);
      case 'file':
        return isGuarded(resolution.path) || isData(resolution.path) ? [] : found('unguarded-import', `'${specifier}' leads to ${resolution.path}, which no guard reads`);
      case 'package':
      case 'builtin':
        return [];
    }
  });
}

/** Whether a file only holds values: it does nothing, whoever imports it. */
const isData = (path: string): boolean => path.endsWith('.json');

const isLoading = (workspace: Workspace, path: string): boolean => workspace.has(path) && workspace.module(path).requests.some(({ specifier }) => specifier === null);
