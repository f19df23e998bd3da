import type { Git } from '../git.ts';
import { matchesAny } from './matches-any.ts';
import type { SourceFiles } from './source-files.ts';

/** The files of a commit; null where this repository does not have the commit. */
export function commitFiles(git: Git, commit: string): SourceFiles | null {
  const all = git.filesAt(commit);
  if (all === null) return null;
  return {
    matching: (globs, except = []) => all.filter((path) => matchesAny(path, globs) && !matchesAny(path, except)),
    read: (paths) => git.contentsAt(commit, paths),
  };
}
