import type { Mutant, MutantStatus } from './mutant.ts';

/** How the mutants of some code fared together. */
export interface Tally {
  /** Noticed of all that could be noticed, in percent, rounded down to two decimals: 100 is all of them. */
  readonly score: number;
  readonly killed: number;
  readonly timeout: number;
  readonly survived: number;
  readonly noCoverage: number;
  readonly ignored: number;
  readonly invalid: number;
}

/** Counts mutants. Without any that could be noticed there is no score: that is `null`, and never a good one. */
export function tallyOf(mutants: readonly Mutant[]): Tally | null {
  const count = (status: MutantStatus): number => mutants.filter((mutant) => mutant.status === status).length;
  const [killed, timeout, survived, noCoverage] = [count('KILLED'), count('TIMEOUT'), count('SURVIVED'), count('NO_COVERAGE')];
  const all = killed + timeout + survived + noCoverage;
  if (all === 0) return null;
  const score = Math.floor(((killed + timeout) * 10_000) / all) / 100;
  return { score, killed, timeout, survived, noCoverage, ignored: count('IGNORED'), invalid: count('INVALID') };
}

/** The score of each file that has one. */
export function scoresByFile(mutants: readonly Mutant[]): Readonly<Record<string, number>> {
  const files = [...new Set(mutants.map(({ file }) => file))].toSorted();
  return Object.fromEntries(
    files.flatMap((file) => {
      const tally = tallyOf(mutants.filter((mutant) => mutant.file === file));
      return tally === null ? [] : [[file, tally.score]];
    }),
  );
}
