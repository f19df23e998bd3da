import type { KeyVerdict } from '@hoc/l7-models/enums';
import type { Database } from '../database/database.ts';

/** A verification of a key that exists. */
export interface Use {
  readonly tenantId: string;
  readonly keyId: string;
  readonly verdict: KeyVerdict;
  readonly at: Date;
  /** The client's address as it was named, if it was. What is kept of it is its /24 or /48. */
  readonly address: string | null;
}

export interface UsageRecorderLimits {
  /** How long a count may wait to be written. */
  readonly flushMs: number;
  /** So many counts are written at once, without waiting. */
  readonly flushAt: number;
  /** So many counts wait while the database is away; what comes beyond is dropped and told. */
  readonly maxWaiting: number;
}

export const USAGE_RECORDER_LIMITS: UsageRecorderLimits = { flushMs: 2000, flushAt: 5000, maxWaiting: 50_000 };

/** Counts verifications in memory and writes the counts now and then: {@link UsageRecorder.start} begins, {@link UsageRecorder.stop} writes the rest. */
export class UsageRecorder {
  constructor(_database: Database, _limits: UsageRecorderLimits = USAGE_RECORDER_LIMITS, _onTrouble?: (error: unknown) => void) {}

  /** Counts one. Writes nothing, waits for nothing and never throws. */
  record(_use: Use): void {}

  /** How many uses were not counted, since the start: there was no room for them, or whether they were written is unknown. */
  get lost(): number {
    return 0;
  }

  start(): void {}

  /** Writes what has been counted. */
  async flush(): Promise<void> {}

  /** Writes what has been counted, and counts nothing any more. */
  async stop(): Promise<void> {}
}
