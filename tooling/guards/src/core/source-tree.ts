import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { diskResolver, memoryResolver, type Resolve } from './resolver.ts';

/** Files, and what they mean by their imports. */
export interface SourceTree {
  /** Where it is, or what it is called in messages. */
  readonly root: string;
  /** The paths that are guarded, from the root, with forward slashes, sorted. */
  readonly paths: readonly string[];
  /** Of these, the ones that may import a module whose name is computed. */
  readonly loaders: readonly string[];
  read(path: string): string;
  readonly resolve: Resolve;
}

/** Which files are guarded. Globs, from the root. */
export interface FileSelection {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  /** Files, exactly, that load what their user names: they alone may import a module whose name is computed. */
  readonly loaders?: readonly string[];
}

const NEVER = ['**/node_modules/**', '**/.git/**'];

/**
 * The files of a folder.
 * @throws where a glob of `include` matches nothing: what is not there cannot be guarded, and nobody would notice
 */
export async function diskTree(root: string, { include, exclude = [], loaders = [] }: FileSelection): Promise<SourceTree> {
  const ignore = [...NEVER, ...exclude];
  const matched = await Promise.all(include.map((pattern) => glob([pattern], { cwd: root, ignore, dot: true, expandDirectories: false, followSymbolicLinks: false })));
  const blind = include.filter((_pattern, index) => (matched[index]?.length ?? 0) === 0);
  if (blind.length > 0 || include.length === 0) {
    throw new Error(`${blind.length === 0 ? 'files.include is empty' : `nothing matches ${blind.join(', ')}`} in ${root}: correct files.include, for what is not read cannot be guarded`);
  }
  const paths = [...new Set(matched.flat())].sort();
  return { root, paths, loaders, read: (path) => readFileSync(join(root, path), 'utf8'), resolve: diskResolver(root) };
}

/** Which files of a tree in memory are guarded. */
export interface MemorySelection {
  /** The folders that are not guarded. */
  readonly unguarded?: readonly string[];
  readonly loaders?: readonly string[];
}

/** Files in memory: for plants. Those that end in .json are there to be resolved, not to be guarded. */
export function memoryTree(files: Readonly<Record<string, string>>, { unguarded = [], loaders = [] }: MemorySelection = {}): SourceTree {
  return {
    root: 'memory', loaders,
    paths: Object.keys(files).filter((path) => !path.endsWith('.json') && !unguarded.some((folder) => path.startsWith(`${folder}/`))).sort(),
    read: (path) => files[path] ?? '',
    resolve: memoryResolver(files),
  };
}
