import type { Mode } from './mode.ts';
import type { Fingerprints, Reporter, Storage } from './ports.ts';

/** What every dispatch of one registry stands on. */
export interface Kernel<Write, Read, Decide> {
  readonly storage: Storage<Write, Read, Decide>;
  /** The mode of an invariant without a stored setting. */
  readonly defaultMode: Mode;
  readonly clock: () => Date;
  readonly newViolationId: () => string;
  /** What is kept of a request that has an idempotency key. */
  readonly fingerprints: Fingerprints;
  readonly reporter: Reporter;
  /** How long the facts of one write may take, in milliseconds; after it the write is denied. */
  readonly evaluationTimeoutMs: number;
}

/** A kernel as the phases hold it: scopes are handed on, never looked at; handlers and facts know what theirs are. */
export type AnyKernel = Kernel<unknown, unknown, unknown>;
