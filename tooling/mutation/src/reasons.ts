import { isUnnoticed, type Mutant } from './mutant.ts';
import type { Survivor } from './summary.ts';

/** Why a mutant may survive, as somebody wrote it down. It is found again by what it changes, wherever that has moved to. */
export interface Reason {
  readonly file: string;
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
  readonly reason: string;
}

export interface Explained {
  readonly survivors: readonly Survivor[];
  /** Reasons of these files that no survivor needs any more. */
  readonly stale: readonly Reason[];
}

/**
 * Gives each survivor its reason, or `null`.
 * @param measured the files that were mutated: about others nothing is known, so their reasons are left alone
 */
export function explain(mutants: readonly Mutant[], reasons: readonly Reason[], measured: ReadonlySet<string>): Explained {
  const used = new Set<Reason>();
  const survivors = mutants.filter(isUnnoticed).map((mutant) => {
    const found = reasons.find((reason) => isAbout(reason, mutant));
    if (found !== undefined) used.add(found);
    const { file, line, mutator, replacement } = mutant;
    return { file, line, mutator, replacement, reason: found?.reason ?? null };
  });
  const stale = reasons.filter((reason) => measured.has(reason.file) && !used.has(reason));
  return { survivors: survivors.toSorted(byPlace), stale };
}

/** The reasons in a file of them. Throws where one is not complete: a reason that says nothing is none. */
export function parseReasons(text: string): readonly Reason[] {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new TypeError('the reasons are not a list');
  return parsed.map((entry: unknown, index) => {
    if (!isReason(entry)) throw new TypeError(`reason ${index + 1} needs the texts file, mutator, original, replacement and reason, none of them blank`);
    return entry;
  });
}

const FIELDS = ['file', 'mutator', 'original', 'replacement', 'reason'] as const;

const isReason = (entry: unknown): entry is Reason =>
  typeof entry === 'object' && entry !== null &&
  // `entry` is an object, whose fields are looked at one by one.
  FIELDS.every((field) => { const value = (entry as Record<string, unknown>)[field]; return typeof value === 'string' && value.trim() !== ''; });

const isAbout = (reason: Reason, { file, mutator, original, replacement }: Mutant): boolean =>
  reason.file === file && reason.mutator === mutator && reason.original === original && reason.replacement === replacement;

const byPlace = (a: Survivor, b: Survivor): number => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1);
