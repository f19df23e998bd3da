import type { DomainRun } from '../run/run-domains.ts';
import { decideStatus } from '../facts/status.ts';
import { readableStamp } from './stamp.ts';
import { type Closing, type Digested, PREDICATE_TYPE, RESULT_OF, type Statement, STATEMENT_TYPE } from './statement.ts';

export interface StatementParts extends Pick<Closing, 'domain' | 'commit' | 'tree' | 'tools' | 'suite'> {
  readonly stamp: string;
  readonly run: DomainRun;
  readonly configuration: readonly Digested[];
  readonly keyid: string | null;
}

/** The statement of one close. Pure: its status is decided on the facts that it records. */
export function statementOf({ domain, commit, tree, stamp, run, tools, configuration, keyid, suite }: StatementParts): Statement {
  const { facts, tests, registrySha256 } = run;
  const { status, why } = decideStatus(facts);
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: 'the tree', digest: { gitTree: tree, gitCommit: commit } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      result: RESULT_OF[status],
      configuration,
      passedTests: tests.passed,
      warnedTests: tests.skipped,
      failedTests: tests.failed,
      hocGovernance: {
        format: 'hoc.evidence/1', domain, status, why, commit, tree, closedAt: readableStamp(stamp), tools, suite, registrySha256,
        signer: keyid === null ? null : { keyid }, facts,
      },
    },
  };
}
