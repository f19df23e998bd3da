/** What of a repository must be mutated, and how well that must end. Globs from the root. */
export interface MutationPolicy {
  /** The groups that a summary must have, these and no others, by name. */
  readonly groups: Readonly<Record<string, GroupPolicy>>;
  /** Where the invariants' faults are planted, and the tests that are there to notice: all that matches. */
  readonly planted: readonly string[];
}

export interface GroupPolicy {
  /** The score (per cent) that it must reach. */
  readonly threshold: number;
  /** What is mutated: all that matches. */
  readonly files: readonly string[];
  /** Of those, what is not: the tests beside the code. */
  readonly except?: readonly string[];
  /** The tests that are there to notice: all that matches. */
  readonly tests: readonly string[];
}
