import type { Statement } from '../evidence/statement.ts';
import { decideStatus } from '../facts/status.ts';
import type { DomainRun } from '../run/run-domains.ts';
import { differences } from './differences.ts';
import type { Finding } from './finding.ts';

export interface Rerun {
  readonly run: DomainRun;
  readonly tools: Readonly<Record<string, string>>;
}

/**
 * Holds the newest evidence of a domain against the same commands, run again in the tree as it stands: all of it, but when the commands
 * ran and the digests of what they printed, which has times in it. Pure.
 * @param machines tools that the repository does not pin: which of them is there is the machine's
 */
export function rerunFindings(domain: string, { predicate }: Statement, { run, tools }: Rerun, machines: readonly string[]): readonly Finding[] {
  const { hocGovernance: closing, passedTests, failedTests, warnedTests } = predicate;
  const { status, why } = decideStatus(run.facts);
  const comparable = (facts: DomainRun['facts']): object => ({ ...facts, commands: facts.commands.map(({ outputSha256: _, startedAt: __, endedAt: ___, ...command }) => command) });
  const pinned = (versions: Rerun['tools']): object => Object.fromEntries(Object.entries(versions).filter(([name]) => !machines.includes(name)));
  const found = differences(
    { status: closing.status, why: closing.why, 'the passed': passedTests, 'the failed': failedTests, 'the skipped': warnedTests, ...comparable(closing.facts), registrySha256: closing.registrySha256, tools: pinned(closing.tools) },
    { status, why, 'the passed': run.tests.passed, 'the failed': run.tests.failed, 'the skipped': run.tests.skipped, ...comparable(run.facts), registrySha256: run.registrySha256, tools: pinned(tools) },
  );
  return found.map((difference) => ({
    what: `${domain}, run again, is not what its evidence of ${closing.closedAt} says: ${difference}.`,
    remedy: `If the tree is right as it is, close ${domain} again; else mend the tree.`,
  }));
}
