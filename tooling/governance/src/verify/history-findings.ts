import type { FileVersion } from '../git.ts';
import { logOf } from '../tracker/document.ts';
import type { Finding } from './finding.ts';

/**
 * The log is only ever appended to: what each commit had of it is how the next one's begins, and so does the tree's. Pure.
 * @param versions of the tracker in history, oldest first
 * @param log the lines in the tree
 */
export function historyFindings(versions: readonly FileVersion[], log: readonly string[]): readonly Finding[] {
  const logs = [...versions.map(({ commit, text }) => ({ where: `commit ${commit}`, lines: text === null ? [] : (logOf(text) ?? []) })), { where: 'the tree', lines: log }];
  return logs.flatMap(({ where, lines }, at) => {
    const before = logs[at - 1];
    if (before === undefined) return [];
    const broken = before.lines.findIndex((line, index) => lines[index] !== line);
    if (broken === -1) return [];
    return [{
      what: `The log was cut or rewritten: line ${broken + 1} of it in ${before.where} is not line ${broken + 1} in ${where}.`,
      remedy: `Bring the log of ${before.where} back, append the lines that came after it by closing again, and commit that. Two branches that both closed: keep the log of one, and close again on the merge.`,
    }];
  });
}
