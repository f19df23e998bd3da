import { hash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Digests } from './summary.ts';

/** The files that match, as paths from the root, in order. Throws where a glob matches nothing: it would measure nothing. */
export function filesOf(root: string, globs: readonly string[], except: readonly string[] = []): readonly string[] {
  const found = globs.map((glob) => {
    const files = globSync(glob, { cwd: root, exclude: [...except, '**/node_modules/**', '**/dist/**'] });
    if (files.length === 0) throw new Error(`${glob} matches no file`);
    return files;
  });
  return [...new Set(found.flat().map((file) => file.split(sep).join('/')))].toSorted();
}

/** What stands in the files now. */
export function digestsOf(root: string, files: readonly string[]): Digests {
  return Object.fromEntries(files.map((file) => [file, hash('sha256', readFileSync(join(root, file)), 'hex')]));
}

/** The files that are not the same in both. */
export function differences(one: Digests, other: Digests): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((file) => one[file] !== other[file]).toSorted();
}
