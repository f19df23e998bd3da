import { z } from 'zod';
import { MUTANT_KINDS } from '../facts/mutation-summary.ts';
import { PROOF_KINDS } from '@hoc/guards/coverage/proof-report';
import { STATUSES } from '../facts/status.ts';
import { PREDICATE_TYPE, STATEMENT_TYPE, type Statement } from './statement.ts';

const names = z.array(z.string());
const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** SHA-1 or SHA-256, as git has it. */
const gitObject = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
const digested = z.object({ name: z.string(), digest: z.record(z.string(), z.string()) });

const command = z.object({
  name: z.string(), argv: names, exitCode: z.int(),
  counts: z.object({ passed: count, failed: count, skipped: count }).nullable(), testFiles: names,
  outputSha256: sha256, startedAt: z.iso.datetime(), endedAt: z.iso.datetime(),
});

const noticedBy = z.record(z.enum(MUTANT_KINDS), z.string().nullable());

const invariant = z.object({
  id: z.string(),
  declared: z.object({ anchors: names, kind: z.string() }),
  registered: z
    .object({
      kind: z.string(), severity: z.string(), hasScan: z.boolean(), effectiveMode: z.string().nullable(),
      anchors: z.array(z.object({ anchor: z.string(), carriedBy: names })),
    })
    .nullable(),
  provenBy: z.record(z.enum(PROOF_KINDS), names),
  mutants: z.object({ killedBy: noticedBy, provenBy: noticedBy, unknown: names }),
});

const mutation = z.object({
  sha256, tool: z.string(), stale: names, faults: names, unexplained: names,
  groups: z.array(
    z.object({ name: z.string(), threshold: z.number().nullable(), score: z.number(), killed: count, timeout: count, survived: count, noCoverage: count, ignored: count }),
  ),
});

/** A statement as it lies on the disk. */
export const statementSchema: z.ZodType<Statement> = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(digested).length(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    result: z.enum(['PASSED', 'WARNED', 'FAILED']),
    configuration: z.array(digested),
    passedTests: names, warnedTests: names, failedTests: names,
    hocGovernance: z.object({
      format: z.literal('hoc.evidence/1'),
      domain: z.string(), status: z.enum(STATUSES), why: names,
      commit: gitObject, tree: gitObject, closedAt: z.iso.datetime(),
      tools: z.record(z.string(), z.string()),
      suite: z.string().nullable(), registrySha256: sha256.nullable(),
      signer: z.object({ keyid: sha256 }).nullable(),
      facts: z.object({
        skip: z.string().nullable(), commands: z.array(command), skippedTests: names, repeatedTests: names, liveFault: z.string().nullable(), proofsFault: z.string().nullable(),
        mutationFault: z.string().nullable(), mutation: mutation.nullable(), undeclared: names, invariants: z.array(invariant),
      }),
    }),
  }),
});
