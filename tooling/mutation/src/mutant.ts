/**
 * How a mutant fared.
 * - `KILLED`: a test failed; `TIMEOUT`: the tests did not end, which is noticed too;
 * - `SURVIVED`: every test that reaches it passed; `NO_COVERAGE`: no test reaches it;
 * - `IGNORED`: spared by a rule; `INVALID`: with it the tests could not even be loaded, so it says nothing about them.
 */
export type MutantStatus = 'KILLED' | 'TIMEOUT' | 'SURVIVED' | 'NO_COVERAGE' | 'IGNORED' | 'INVALID';

/** One small change of the program, and whether a test noticed. */
export interface Mutant {
  /** Path from the root. */
  readonly file: string;
  /** From 1, as editors count. */
  readonly line: number;
  /** What kind of change it is, in Stryker's words. */
  readonly mutator: string;
  /** The text that was replaced. */
  readonly original: string;
  readonly replacement: string;
  readonly status: MutantStatus;
}

/** Whether nobody noticed the mutant. */
export const isUnnoticed = ({ status }: Mutant): boolean => status === 'SURVIVED' || status === 'NO_COVERAGE';
