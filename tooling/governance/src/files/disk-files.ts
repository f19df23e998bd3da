import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchesAny } from './matches-any.ts';
import type { SourceFiles } from './source-files.ts';

const NEVER: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git']);

/** The files of a folder as it stands, whatever git knows of them. They are listed once. */
export function diskFiles(root: string): SourceFiles {
  let all: readonly string[] | undefined;
  return {
    matching: (globs, except = []) => (all ??= filesUnder(root).toSorted()).filter((path) => matchesAny(path, globs) && !matchesAny(path, except)),
    read: (paths) => paths.map((path) => contentOf(join(root, path))),
  };
}

/** Every file under a folder, from it; not what is installed, built, or git's. */
const filesUnder = (root: string, under = ''): readonly string[] =>
  readdirSync(join(root, under), { withFileTypes: true }).flatMap((entry) => {
    if (NEVER.has(entry.name)) return [];
    return entry.isDirectory() ? filesUnder(root, `${under}${entry.name}/`) : [`${under}${entry.name}`];
  });

function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
