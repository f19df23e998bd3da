import { hash } from 'node:crypto';
import type { SourceFiles } from './source-files.ts';

/** Paths, and the SHA-256 (hex) of what stands there. */
export type Digests = Readonly<Record<string, string>>;

/** SHA-256 (hex). */
export const sha256 = (content: string | Buffer): string => hash('sha256', content);

/** The digests of some files; those that are not there have none. */
export function digestsOf(files: SourceFiles, paths: readonly string[]): ReadonlyMap<string, string> {
  const contents = files.read(paths);
  return new Map(paths.flatMap((path, at) => {
    const content = contents[at] ?? null;
    return content === null ? [] : [[path, sha256(content)] as const];
  }));
}
