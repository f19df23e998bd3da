import type { Git } from '../git.ts';
import { logOf } from '../tracker/document.ts';

/**
 * The lines that the log already had when files were added to the repository. What a line says of its own time is its writer's word;
 * what a commit has of the log is not. Where several commits added such files, only the lines that all of them have count.
 * @returns null: no commit has added such a file
 */
export function loggedAt(git: Git, added: string, tracker: string): ReadonlySet<string> | null {
  const logs = git.additionsOf(added).map((commit) => {
    const [text] = git.contentsAt(commit, [tracker]);
    return new Set(text === null || text === undefined ? [] : (logOf(text.toString('utf8')) ?? []));
  });
  return logs.length === 0 ? null : logs.reduce((all, lines) => new Set([...all].filter((line) => lines.has(line))));
}
