import { isDeepStrictEqual } from 'node:util';
import type { Domain } from '../config.ts';
import type { Statement } from '../evidence/statement.ts';
import { decideStatus } from '../facts/status.ts';
import type { DomainRun } from '../run/run-domains.ts';
import { commandsOf } from '../run/run-domains.ts';
import type { Command } from '../commands/command.ts';
import type { Finding } from './finding.ts';

/** Holds the newest evidence of a domain against the same commands, run again in the tree as it stands. Pure. */
export function rerunFindings(domain: string, { predicate }: Statement, run: DomainRun, configured: { readonly domain: Domain; readonly shared: readonly Command[] }): readonly Finding[] {
  const { hocGovernance: closing, passedTests, failedTests, warnedTests } = predicate;
  const now = decideStatus(run.facts);
  const asked = commandsOf(configured.domain, configured.shared).map(({ name, argv }) => [name, argv]);
  const recorded = closing.facts.commands.map(({ name, argv }) => [name, argv]);
  const differences = [
    ...(closing.facts.skip !== null || isDeepStrictEqual(asked, recorded) ? [] : ['its commands are not the ones that the configuration has now']),
    ...closing.facts.commands.flatMap((before) => {
      const after = run.facts.commands.find(({ name }) => name === before.name);
      if (after === undefined) return [];
      return [
        ...(after.exitCode === before.exitCode ? [] : [`${before.name} ended with exit code ${after.exitCode}, not ${before.exitCode}`]),
        ...(isDeepStrictEqual(after.counts, before.counts) ? [] : [`${before.name} counted ${JSON.stringify(after.counts)}, not ${JSON.stringify(before.counts)}`]),
      ];
    }),
    ...namesThatDiffer('passed', passedTests, run.tests.passed),
    ...namesThatDiffer('failed', failedTests, run.tests.failed),
    ...namesThatDiffer('skipped', warnedTests, run.tests.skipped),
    ...(now.status === closing.status ? [] : [`it would be ${now.status} now, not ${closing.status}${now.why.map((reason) => `\n    ${reason}`).join('')}`]),
    ...(isDeepStrictEqual(now.why, closing.why) || now.status !== closing.status ? [] : [`it would be ${now.status} for other reasons now:${now.why.map((reason) => `\n    ${reason}`).join('')}`]),
  ];
  return differences.map((difference) => ({
    what: `${domain}, run again, is not what its evidence of ${closing.closedAt} says: ${difference}.`,
    remedy: `If the tree is right as it is, close ${domain} again; else mend the tree.`,
  }));
}

function namesThatDiffer(state: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const missing = before.filter((name) => !after.includes(name)).map((name) => `"${name}" was among the ${state}, and is not now`);
  const added = after.filter((name) => !before.includes(name)).map((name) => `"${name}" is among the ${state} now, and was not`);
  return [...missing, ...added];
}
