import type { GroupName } from './groups.ts';
import type { Tally } from './score.ts';

/** Paths from the root, and the SHA-256 (hex) of what stands there. */
export type Digests = Readonly<Record<string, string>>;

export interface GroupSummary extends Tally {
  readonly name: GroupName;
  readonly threshold: number | null;
  /** When it was measured, ISO 8601 UTC: a partial run takes the other groups over from the run before. */
  readonly measuredAt: string;
  /** What was mutated. */
  readonly files: Digests;
  /** What was there to notice. */
  readonly tests: Digests;
  readonly scores: Readonly<Record<string, number>>;
}

/** Names of tests, by what was done to the invariant. */
export interface NoticedBy {
  readonly negated: string;
  readonly weakened: string;
  readonly deleted: string;
}

/** What became of the faults that were planted in one invariant. */
export interface InvariantSummary {
  readonly id: string;
  /** The unit test that failed. */
  readonly killedBy: NoticedBy;
  /** The runtime proof on a real database that failed as well. */
  readonly provenBy: NoticedBy;
  /** Lower severity, and each anchor alone: the fault in words, and the unit test that failed. */
  readonly alsoKilled: readonly { readonly fault: string; readonly by: string }[];
}

export interface PlantedSummary {
  readonly measuredAt: string;
  /** What the faults were planted in, and the tests that were there to notice. */
  readonly files: Digests;
}

export interface Survivor {
  readonly file: string;
  readonly line: number;
  readonly mutator: string;
  readonly replacement: string;
  readonly reason: string | null;
}

/** What `docs/governance/mutation.json` holds. */
export interface MutationSummary {
  readonly format: 'hoc.mutation/1';
  /** Of the run that wrote it. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly tool: { readonly name: 'stryker'; readonly version: string };
  readonly groups: readonly GroupSummary[];
  readonly planted: PlantedSummary | null;
  readonly invariants: readonly InvariantSummary[];
  readonly survivors: readonly Survivor[];
}
