import type { FileVersion } from '../git.ts';
import { logOf } from '../tracker/document.ts';
import type { Finding, Findings } from './finding.ts';

interface Log {
  readonly where: string;
  readonly lines: readonly string[];
}

/**
 * The log is only ever appended to: each commit's begins as its parent's did, and the tree's as HEAD's. A merge goes on with the log of
 * one parent, and may leave out another's only where the two have truly parted: where one of them just had not grown, nothing is left out. Pure.
 * @param versions of the tracker in the whole history of HEAD, parents before their children
 * @param log the lines in the tree
 */
export function historyFindings(versions: readonly FileVersion[], log: readonly string[]): Findings {
  const logs = new Map<string, Log>();
  const failures: Finding[] = [];
  const notices: string[] = [];
  const hold = (before: readonly Log[], after: Log): void => {
    // What another one goes on with says nothing that the other does not say.
    const ends = before.filter((one, at) => !before.some((other, index) => index !== at && extendsIt(other, one) && (other.lines.length > one.lines.length || index < at)));
    const lost = ends.filter((end) => !extendsIt(after, end));
    const [first] = lost;
    if (first === undefined) return;
    if (lost.length === ends.length) failures.push(cut(first, after));
    else notices.push(...lost.map(({ where }) => `The merge ${after.where} leaves out what ${where} had logged: two branches had both closed. Close again what it had closed.`));
  };
  for (const { commit, parents, text } of versions) {
    const after: Log = { where: `commit ${commit}`, lines: text === null ? [] : (logOf(text) ?? []) };
    logs.set(commit, after);
    hold(parents.flatMap((parent) => logs.get(parent) ?? []), after);
  }
  hold([...logs.values()].slice(-1), { where: 'the tree', lines: log });
  return { failures, notices };
}

const extendsIt = (after: Log, before: Log): boolean => before.lines.every((line, index) => after.lines[index] === line);

function cut(before: Log, after: Log): Finding {
  const broken = before.lines.findIndex((line, index) => after.lines[index] !== line) + 1;
  return {
    what: `The log was cut or rewritten: line ${broken} of it in ${before.where} is not line ${broken} in ${after.where}.`,
    remedy: `Bring the log of ${before.where} back, append the lines that came after it by closing again, and commit that. Two branches that both closed: keep the log of one, and close again on the merge.`,
  };
}
