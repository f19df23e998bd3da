import type { Sql } from '../database/sql.ts';
import type { Taken, Taking } from './meter.ts';

export interface MeterTakerLimits {
  /** Statements that may be under way at once. */
  readonly maxWaves: number;
  /** Takings of one statement. */
  readonly maxWave: number;
  /** Takings that may wait; the next one is an outage at once. */
  readonly maxWaiting: number;
  /** From the taking to its answer; then it is an outage. */
  readonly deadlineMs: number;
}

export const METER_TAKER_LIMITS: MeterTakerLimits = { maxWaves: 2, maxWave: 256, maxWaiting: 10_000, deadlineMs: 2000 };

/** Takes from meters, exactly, across processes. */
export class MeterTaker {
  constructor(_sql: Sql, _limits: MeterTakerLimits = METER_TAKER_LIMITS) {}

  take(_taking: Taking): Promise<Taken> {
    return Promise.reject(new Error('not yet'));
  }

  /** Ends a lease of a key; false where the key does not hold it, or no more. */
  release(_tenantId: string, _keyId: string, _leaseId: string): Promise<boolean> {
    return Promise.reject(new Error('not yet'));
  }

  /** Lets a lease end `seconds` from now; its new end, or null where the key does not hold it, or no more. */
  renew(_tenantId: string, _keyId: string, _leaseId: string, _seconds: number): Promise<Date | null> {
    return Promise.reject(new Error('not yet'));
  }
}
