import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { glob } from 'tinyglobby';
import type { PackageFolder } from './blind-spots.ts';

/** The folders that globs name, each with the name in its package.json. */
export async function packageFolders(root: string, globs: readonly string[]): Promise<readonly PackageFolder[]> {
  const found = await glob([...globs], { cwd: root, onlyDirectories: true, expandDirectories: false, ignore: ['**/node_modules/**'] });
  return found.map((path) => path.replace(/\/$/, '')).sort().map((folder) => ({ folder, name: nameIn(join(root, folder, 'package.json')) }));
}

function nameIn(path: string): string | null {
  if (!existsSync(path)) return null;
  try {
    // A package.json has a name, or none; what else is in it does not matter here.
    return (JSON.parse(readFileSync(path, 'utf8')) as { readonly name?: string }).name ?? null;
  } catch {
    return null;
  }
}

/** Whether a file finds a package of that name in a node_modules above it, within the root. */
export function isLinked(root: string, path: string, name: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(root, folder, 'node_modules', name))) return true;
    if (folder === '.') return false;
  }
}
