import { diskFiles } from '../files/disk-files.ts';
import type { Surroundings } from '../surroundings.ts';

/** Files that the proofs run and git does not have, though its status is clean: a clone can be told to ignore them, and a close would prove another tree. */
export function untrackedSources({ config: { proofs, mutation }, git, root }: Surroundings): readonly string[] {
  const tracked = git.tracked('.');
  const globs = [...proofs.files, ...proofs.sources, ...mutation.planted, ...Object.values(mutation.groups).flatMap(({ files, tests }) => [...files, ...tests])];
  return diskFiles(root).matching(globs).filter((path) => !tracked.has(path)).map((path) => `?? ${path} (the proofs depend on it, and git does not have it)`);
}
