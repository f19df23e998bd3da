import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { wordsOf } from '../refusal.ts';

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
  /** SHA-256 (hex) of each file's text when it was mutated. */
  readonly files: Readonly<Record<string, string>>;
}

/** The ways in which an invariant is broken on purpose. */
export const MUTANT_KINDS = ['negated', 'weakened', 'deleted'] as const;
export type MutantKind = (typeof MUTANT_KINDS)[number];
/** The name of the test that failed on each mutant; null or missing: none did. */
export type KilledBy = Readonly<Partial<Record<MutantKind, string | null>>>;

/** The summary of a mutation run, format `hoc.mutation/1`. */
export interface MutationSummary {
  readonly format: 'hoc.mutation/1';
  readonly tool: { readonly name: string; readonly version: string };
  readonly groups: readonly MutationGroup[];
  readonly invariants: readonly { readonly id: string; readonly killedBy: KilledBy }[];
  readonly survivors: readonly { readonly file: string; readonly line: number; readonly mutator: string; readonly reason?: string | null | undefined }[];
}

const mutationSummary: z.ZodType<MutationSummary> = z.object({
  format: z.literal('hoc.mutation/1'),
  tool: z.object({ name: z.string(), version: z.string() }),
  groups: z.array(
    z.object({
      name: z.string(), threshold: z.number().nullable(), score: z.number(),
      killed: count, timeout: count, survived: count, noCoverage: count, ignored: count,
      files: z.record(z.string(), z.string()),
    }),
  ),
  invariants: z.array(z.object({ id: z.string(), killedBy: z.partialRecord(z.enum(MUTANT_KINDS), z.string().nullable()) })),
  survivors: z.array(z.object({ file: z.string(), line: z.number(), mutator: z.string(), reason: z.string().nullish() })),
});

export interface ReadMutation {
  readonly summary: MutationSummary | null;
  /** SHA-256 (hex) of the summary; null where there is none. */
  readonly sha256: string | null;
  /** Files that are gone or have another text than when they were mutated. */
  readonly stale: readonly string[];
  /** Why there is no summary. */
  readonly fault: string | null;
}

/** Reads the summary and holds its digests against the files as they stand. */
export async function readMutation(root: string, path: string): Promise<ReadMutation> {
  const none = (why: string): ReadMutation => ({ summary: null, sha256: null, stale: [], fault: `there is no mutation summary that can be read: ${path} ${why}` });
  const text = await readFile(join(root, path), 'utf8').catch(() => null);
  if (text === null) return none('is missing');
  let summary: MutationSummary;
  try {
    summary = mutationSummary.parse(JSON.parse(text));
  } catch (error) {
    return none(`is no such summary (${wordsOf(error)})`);
  }
  const files = summary.groups.flatMap((group) => Object.entries(group.files));
  const stale = await Promise.all(files.map(async ([file, digest]) => ((await digestOf(join(root, file))) === digest ? [] : [file])));
  return { summary, sha256: sha256(text), stale: [...new Set(stale.flat())].toSorted(), fault: null };
}

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

const digestOf = (path: string): Promise<string | null> => readFile(path).then(sha256, () => null);
