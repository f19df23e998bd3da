import { type CommandRecord, fileOf } from '../commands/command.ts';
import { PROOF_KINDS } from '@hoc/guards/coverage/proof-report';
import type { GovernanceConfig } from '../config.ts';
import { type Statement, suiteOf } from '../evidence/statement.ts';
import { wholeSuite } from '../run/run-domains.ts';
import type { Finding } from './finding.ts';

/** Holds the newest evidence's counts and proofs against the names of tests that it lists itself. Pure. */
export function countFindings(newest: ReadonlyMap<string, { readonly statement: Statement }>, { commands, proofs }: Pick<GovernanceConfig, 'commands' | 'proofs'>): readonly Finding[] {
  const whole = wholeSuite({ commands, proofs });
  return [...newest].flatMap(([domain, { statement: { predicate } }]) => {
    const closing = predicate.hocGovernance;
    const passed = new Set(predicate.passedTests);
    const counted = [suiteOf(closing), closing.facts.commands.find(({ name }) => name === whole)].flatMap((command) => command ?? []);
    const faults = [
      // A test that is there twice has one name: such a domain is PARTIAL, and says so.
      ...(closing.facts.repeatedTests.length > 0 ? [] : counted.flatMap((command) => countFault(command, predicate))),
      ...closing.facts.invariants.flatMap(({ id, provenBy }) =>
        PROOF_KINDS.flatMap((kind) => provenBy[kind].filter((name) => !passed.has(name)).map((name) => `${id} is proven for ${kind} by "${name}", which is not among the tests that passed`)),
      ),
    ];
    return faults.map((fault) => ({ what: `The evidence of ${domain} (${closing.closedAt}) contradicts itself: ${fault}.`, remedy: `It was edited, or written by hand: close ${domain} again.` }));
  });
}

/** A test that passed here and failed there is among the failed ones, and a file that could not be loaded is one too: then only bounds are known. */
function countFault({ name, counts, testFiles }: CommandRecord, { passedTests, failedTests, warnedTests }: Statement['predicate']): readonly string[] {
  if (counts === null) return [];
  const files = new Set(testFiles);
  const [passed = 0, failed = 0, skipped = 0] = [passedTests, failedTests, warnedTests].map((names) => names.filter((test) => files.has(fileOf(test))).length);
  const isSame = failed + skipped > 0
    ? counts.passed >= passed && counts.passed + counts.failed + counts.skipped <= passed + failed + skipped
    : counts.passed === passed && counts.failed + counts.skipped === 0;
  return isSame ? [] : [`${name} counted ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, and ${passed}, ${failed} and ${skipped} tests of its files are named`];
}
