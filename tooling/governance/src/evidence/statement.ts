import type { CommandRecord } from '../commands/command.ts';
import type { DomainFacts } from '../facts/domain-facts.ts';
import type { Status } from '../facts/status.ts';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';

export interface Digested {
  readonly name: string;
  readonly digest: Readonly<Record<string, string>>;
}

/**
 * An in-toto Statement v1 with the test-result predicate v0.1 (github.com/in-toto/attestation, spec/v1 and
 * spec/predicates/test-result.md). What the predicate has no field for stands in its extension field `hocGovernance`.
 */
export interface Statement {
  readonly _type: typeof STATEMENT_TYPE;
  /** One: the tree that was tested, by its own digest (`gitTree`) and its commit's (`gitCommit`). */
  readonly subject: readonly Digested[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: {
    readonly result: 'PASSED' | 'WARNED' | 'FAILED';
    readonly configuration: readonly Digested[];
    readonly passedTests: readonly string[];
    /** Tests that were skipped. */
    readonly warnedTests: readonly string[];
    readonly failedTests: readonly string[];
    readonly hocGovernance: Closing;
  };
}

export interface Closing {
  readonly format: 'hoc.evidence/1';
  readonly domain: string;
  readonly status: Status;
  readonly why: readonly string[];
  readonly commit: string;
  readonly tree: string;
  /** ISO 8601, UTC, to the second; the file's name is the same instant. */
  readonly closedAt: string;
  /** By name: versions of what ran. */
  readonly tools: Readonly<Record<string, string>>;
  /** The name of the command that is the domain's own suite; null where the domain is left out. */
  readonly suite: string | null;
  /** SHA-256 (hex) of the live registry in canonical JSON (RFC 8785); null where it could not be asked. */
  readonly registrySha256: string | null;
  /** The key that signs the envelope beside this file; null: it is not signed. */
  readonly signer: { readonly keyid: string } | null;
  readonly facts: DomainFacts;
}

/** What in-toto's three results are here. */
export const RESULT_OF: Readonly<Record<Status, Statement['predicate']['result']>> = {
  DONE: 'PASSED', PARTIAL: 'WARNED', SKIPPED: 'WARNED', PENDING: 'WARNED', BLOCKED: 'FAILED',
};

/** The domain's own suite among the commands. */
export const suiteOf = ({ suite, facts }: Closing): CommandRecord | undefined => facts.commands.find(({ name }) => name === suite);

/** The bytes of a statement's file: the same for the same statement. */
export const statementText = (statement: Statement): string => `${JSON.stringify(statement, null, 2)}\n`;
