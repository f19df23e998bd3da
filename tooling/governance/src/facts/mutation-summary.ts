import { z } from 'zod';
import type { Digests } from '../files/digests.ts';

const count = z.int().nonnegative();

/** How a mutated group of files ended. */
export interface MutationGroup {
  readonly name: string;
  /** The score (per cent) that it must reach; null: none is asked for. */
  readonly threshold: number | null;
  readonly score: number;
  readonly killed: number;
  readonly timeout: number;
  readonly survived: number;
  readonly noCoverage: number;
  readonly ignored: number;
  /** What was mutated, and what was there to notice, as it was then. */
  readonly files: Digests;
  readonly tests: Digests;
}

/** The ways in which an invariant is broken on purpose. */
export const MUTANT_KINDS = ['negated', 'weakened', 'deleted'] as const;
export type MutantKind = (typeof MUTANT_KINDS)[number];
/** The name of the test that failed on each mutant; null or missing: none did. */
export type NoticedBy = Readonly<Partial<Record<MutantKind, string | null>>>;

/** The summary of a mutation run, format `hoc.mutation/1`. */
export interface MutationSummary {
  readonly format: 'hoc.mutation/1';
  readonly tool: { readonly name: string; readonly version: string };
  readonly groups: readonly MutationGroup[];
  /** What the invariants' faults were planted in, and the tests that were there to notice, as they were then; null: none were planted. */
  readonly planted: { readonly files: Digests } | null;
  readonly invariants: readonly {
    readonly id: string;
    /** The test without I/O that failed. */
    readonly killedBy: NoticedBy;
    /** The runtime proof that failed as well. */
    readonly provenBy: NoticedBy;
  }[];
  readonly survivors: readonly { readonly file: string; readonly line: number; readonly mutator: string; readonly reason?: string | null | undefined }[];
}

const digests = z.record(z.string(), z.string());
const noticedBy = z.partialRecord(z.enum(MUTANT_KINDS), z.string().nullable());

/** A summary as it lies on the disk. */
export const mutationSummarySchema: z.ZodType<MutationSummary> = z.object({
  format: z.literal('hoc.mutation/1'),
  tool: z.object({ name: z.string(), version: z.string() }),
  groups: z.array(
    z.object({
      name: z.string(), threshold: z.number().nullable(), score: z.number(),
      killed: count, timeout: count, survived: count, noCoverage: count, ignored: count,
      files: digests, tests: digests,
    }),
  ),
  planted: z.object({ files: digests }).nullable(),
  invariants: z.array(z.object({ id: z.string(), killedBy: noticedBy, provenBy: noticedBy })),
  survivors: z.array(z.object({ file: z.string(), line: z.number(), mutator: z.string(), reason: z.string().nullish() })),
});
