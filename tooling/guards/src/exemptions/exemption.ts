/**
 * A finding that may stay for a while. It stands for findings of one rule, in one place, with one wording: another finding in
 * the same file is not covered.
 */
export interface Exemption {
  /** A file, exactly, from the root: a finding that has moved to another is another finding. */
  readonly path: string;
  /** The rule's id: `<guard>/<rule>`. */
  readonly rule: string;
  /** What the finding's message says, or a part of it that no other finding there says. Messages hold no line numbers. */
  readonly finding: string;
  /** How many findings it stands for. Default 1; neither more nor fewer may be there. */
  readonly times?: number;
  /** Why it may stay, for whoever reads this in three months. */
  readonly reason: string;
  /** The last day on which it holds, in UTC: `YYYY-MM-DD`, at most {@link FURTHEST_DAYS} days ahead. */
  readonly expires: string;
}

/** How far ahead an exemption may expire, in days. */
export const FURTHEST_DAYS = 180;
