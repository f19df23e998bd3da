/** One broken rule, at one place. Why the rule stands and what to do instead is the rule's to say. */
export interface Finding {
  /** The id of the rule: `<guard>/<rule>`. */
  readonly rule: string;
  /** From the root, with forward slashes. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What is wrong here, in one sentence that names the thing. */
  readonly message: string;
  /** The other file, where the rule is about two. From the root. */
  readonly to?: string;
}

/** A place in a file; both numbers count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** In the order in which a person reads: by file, then by place. */
export const byPlace = (a: Finding, b: Finding): number =>
  a.path.localeCompare(b.path, 'en') || a.line - b.line || a.column - b.column || a.rule.localeCompare(b.rule, 'en');
