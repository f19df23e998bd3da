import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import type { ProofSet } from './proof-set.ts';

const NEVER = ['**/node_modules/**', '**/dist/**', '**/.git/**'];

/**
 * The SHA-256 (hex) over path and content of every file that the proofs depend on.
 * @throws where a glob matches nothing: a folder that has moved must not drop out of the digest unnoticed
 */
export async function digestSources(root: string, { sources, except = [] }: Pick<ProofSet, 'sources' | 'except'>): Promise<string> {
  const ignore = [...NEVER, ...except];
  const matched = await Promise.all(sources.map((pattern) => glob([pattern], { cwd: root, ignore, dot: true, expandDirectories: false })));
  const blind = sources.filter((_pattern, index) => (matched[index]?.length ?? 0) === 0);
  if (blind.length > 0 || sources.length === 0) {
    throw new Error(`${sources.length === 0 ? 'the sources of the proofs are an empty list' : `nothing matches ${blind.join(', ')}`} in ${root}: correct the sources of the proofs`);
  }
  const digest = createHash('sha256');
  for (const path of [...new Set(matched.flat())].sort()) {
    const content = readFileSync(join(root, path));
    // The length keeps one file's end from passing for another's beginning.
    digest.update(`${path}\0${content.length}\0`).update(content);
  }
  return digest.digest('hex');
}
