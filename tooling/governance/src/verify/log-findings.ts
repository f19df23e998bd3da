import type { EvidenceFolder } from '../evidence/evidence-folder.ts';
import { BEFORE_ALL, digestOfLine, evidencePath, parseLogLine } from '../tracker/log.ts';
import type { Finding } from './finding.ts';

const FROM_GIT = 'Bring tracker.md and evidence/ back as they were committed last (git log -p -- <folder>).';

/** Holds the log against itself and against the evidence: chain, order, one line for each evidence and one evidence for each line. Pure. */
export function logFindings(log: readonly string[], folder: EvidenceFolder): readonly Finding[] {
  const digests = new Map([
    ...folder.evidence.map(({ path, sha256 }) => [path, sha256] as const),
    ...folder.unreadable.flatMap(({ path, sha256 }) => (sha256 === null ? [] : [[path, sha256] as const])),
  ]);
  const statuses = new Map(folder.evidence.map(({ path, statement }) => [path, statement.predicate.hocGovernance.status]));
  const findings: Finding[] = [];
  const find = (what: string, remedy = FROM_GIT): number => findings.push({ what, remedy });
  const seen = new Set<string>();
  let last = '';
  for (const [at, line] of log.entries()) {
    const where = `line ${at + 1} of the log`;
    const entry = parseLogLine(line);
    if (entry === null) {
      find(`${where} is no line of a log: ${line}`);
      continue;
    }
    const previous = log[at - 1];
    const path = evidencePath(entry.domain, entry.stamp);
    if (entry.prev !== (previous === undefined ? BEFORE_ALL : digestOfLine(previous))) {
      find(`${where} does not follow the line before it: its prev is not that line's digest. A line was edited, moved or taken out.`);
    }
    if (entry.stamp < last) find(`${where} is older than the line before it.`);
    last = entry.stamp;
    if (seen.has(path)) find(`${where} is about ${path}, which has its line already.`);
    seen.add(path);
    const digest = digests.get(path);
    if (digest === undefined) find(`${where} is about ${path}, which is not there: the evidence was deleted.`);
    else if (digest !== entry.sha256) find(`${path} was edited: its digest is ${digest}, its line says ${entry.sha256}.`);
    const status = statuses.get(path);
    if (status !== undefined && status !== entry.status) find(`${where} says ${entry.status}, its evidence ${status}.`);
  }
  for (const path of digests.keys()) {
    if (!seen.has(path)) {
      find(`${path} has no line in the log: a close was ended before its last step, the file was put there, or the log was cut.`,
        'If git does not track the file: run `mend`, which removes it, and close again. If it does: bring the log back as it was committed.');
    }
  }
  return findings;
}
