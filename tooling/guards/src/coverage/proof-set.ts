/** Where an application's runtime proofs are, and what they say is kept in. Paths and globs are from the root, with forward slashes. */
export interface ProofSet {
  /** The proof report. */
  readonly report: string;
  /** The test files that prove; a run that left one of them out proves nothing. */
  readonly files: readonly string[];
  /** Every file that the proofs depend on: what they run, themselves, and the versions of what they stand on. */
  readonly sources: readonly string[];
  readonly except?: readonly string[];
  /** What runs the proofs, as the words of a command line. */
  readonly command: readonly [string, ...string[]];
}
