/** Something that verify found, and what to do about it. */
export interface Finding {
  readonly what: string;
  readonly remedy: string;
}

/** What verify found, by weight. */
export interface Findings {
  /** Evidence, tracker or tree are not what they say. */
  readonly failures: readonly Finding[];
  /** Worth knowing, and no fault: what could not be checked here, and what evidence does not know yet. */
  readonly notices: readonly string[];
}

/** Failures alone. */
export const failed = (failures: readonly Finding[]): Findings => ({ failures, notices: [] });

export const NOTHING_FOUND: Findings = { failures: [], notices: [] };

export const allOf = (found: readonly Findings[]): Findings => ({
  failures: found.flatMap(({ failures }) => failures),
  notices: found.flatMap(({ notices }) => notices),
});
