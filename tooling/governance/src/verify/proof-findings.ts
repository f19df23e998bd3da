import { PROOF_KINDS, type ProofReport } from '@hoc/guards/coverage/proof-report';
import { fileOf } from '../commands/command.ts';
import { nameOfProofTest } from '../commands/proof-run.ts';
import type { Statement } from '../evidence/statement.ts';
import { allOf, type Findings } from './finding.ts';

/**
 * Holds the newest evidence of each domain against the proofs of this very run: every test that it counts as passed is still there and
 * passes, and every proof is still made by the test that made it. Tests that evidence does not know yet are a notice. Pure.
 * @param whole the name of the command that writes the report
 */
export function proofFindings(newest: ReadonlyMap<string, { readonly statement: Statement }>, report: ProofReport, whole: string | undefined): Findings {
  const tests = new Map(report.tests.map((test) => [nameOfProofTest(test), test]));
  return allOf(
    [...newest].map(([domain, { statement }]): Findings => {
      const { passedTests, failedTests, warnedTests, hocGovernance: closing } = statement.predicate;
      if (closing.facts.skip !== null) return { failures: [], notices: [] };
      // Other commands have tests of their own, of which this report knows nothing.
      const proving = new Set(closing.facts.commands.find(({ name }) => name === whole)?.testFiles);
      const gone = passedTests.filter((name) => proving.has(fileOf(name))).flatMap((name) => {
        const test = tests.get(name);
        return test?.state === 'passed' ? [] : [`the test "${name}" ${test === undefined ? 'is gone' : `${test.state} now`}`];
      });
      const lost = closing.facts.invariants.flatMap(({ id, provenBy }) =>
        PROOF_KINDS.flatMap((kind) =>
          provenBy[kind].flatMap((name) => {
            const test = tests.get(name);
            if (test === undefined) return gone.some((fault) => fault.includes(`"${name}"`)) ? [] : [`${kind} of ${id} is proven by "${name}", and there is no such test`];
            const isLost = test.state === 'passed' && !test.proofs.some((proof) => proof.invariant === id && proof.kind === kind);
            return isLost ? [`the test "${name}" no longer proves ${kind} of ${id}`] : [];
          }),
        ),
      );
      const known = new Set([...passedTests, ...failedTests, ...warnedTests]);
      const fresh = [...tests.keys()].filter((name) => !known.has(name)).length;
      return {
        failures: [...gone, ...lost].map((fault) => ({
          what: `${domain}: ${fault}; the newest evidence (${closing.closedAt}) counts on it.`,
          remedy: `Bring it back, or close ${domain} again: then the evidence says what is so now.`,
        })),
        notices: fresh === 0 ? [] : [`${domain}: ${fresh} tests are newer than its evidence of ${closing.closedAt}.`],
      };
    }),
  );
}
