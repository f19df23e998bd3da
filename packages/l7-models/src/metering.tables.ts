import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { tableOf, type TableOf } from './table-of.ts';

/**
 * What has been taken from one rate limit and still counts. Made by the first taking. Times are milliseconds since 1970.
 * A row whose last entry has expired says nothing, and may be deleted.
 */
export interface RateWindow {
  readonly tenantId: string;
  /**
   * Whose limit, algorithm, window and name: `KEY:SLIDING:60000:requests:key_1`. One text, for every taking looks it up, and a key of
   * two columns is found in two thirds of the time of one of six.
   */
  readonly meter: string;
  /** The clock at the last taking: a clock that says less has stepped back. */
  readonly at: number;
  /** When what was taken in each tick stops counting, ascending. */
  readonly expires: number[];
  /** What had been taken before the first of those ticks, and by the end of each: one more than there are ticks. */
  readonly sums: number[];
}

/** No foreign key: its check would lock the tenant after the meters, against the lock order. */
export const rateWindows: TableOf<RateWindow> = tableOf<RateWindow>()(
  pgTable(
    'rate_windows',
    {
      tenantId: text('tenant_id').notNull(),
      meter: text('meter').notNull(),
      at: bigint('at', { mode: 'number' }).notNull(),
      expires: bigint('expires', { mode: 'number' }).array().notNull(),
      sums: bigint('sums', { mode: 'number' }).array().notNull(),
    },
    (table) => [primaryKey({ name: 'rate_windows_pk', columns: [table.tenantId, table.meter] })],
  ),
);

/** What is left of a key's credits. */
export interface KeyCredits {
  readonly tenantId: string;
  readonly meterId: string;
  readonly remaining: number;
  /** The UTC day, `YYYY-MM-DD`, in which they were last set or refilled. */
  readonly period: string;
}

export const keyCredits: TableOf<KeyCredits> = tableOf<KeyCredits>()(
  pgTable(
    'key_credits',
    {
      tenantId: text('tenant_id').notNull(),
      meterId: text('meter_id').notNull(),
      remaining: bigint('remaining', { mode: 'number' }).notNull(),
      period: text('period').notNull(),
    },
    (table) => [primaryKey({ name: 'key_credits_pk', columns: [table.tenantId, table.meterId] })],
  ),
);

/** How many leases a key has, those included that have expired and were not swept yet. Whoever changes its leases holds this row. */
export interface KeySlots {
  readonly tenantId: string;
  readonly meterId: string;
  readonly held: number;
  /** The clock, in milliseconds since 1970, when a lease was last taken. */
  readonly at: number;
}

export const keySlots: TableOf<KeySlots> = tableOf<KeySlots>()(
  pgTable(
    'key_slots',
    {
      tenantId: text('tenant_id').notNull(),
      meterId: text('meter_id').notNull(),
      held: integer('held').notNull(),
      at: bigint('at', { mode: 'number' }).notNull(),
    },
    (table) => [primaryKey({ name: 'key_slots_pk', columns: [table.tenantId, table.meterId] })],
  ),
);

/** One use of a key that goes on until it is released or expires. */
export interface KeyLease {
  readonly tenantId: string;
  readonly id: string;
  readonly meterId: string;
  /** Which of the keys that share the meter. */
  readonly keyId: string;
  readonly expiresAt: Date;
}

export const keyLeases: TableOf<KeyLease> = tableOf<KeyLease>()(
  pgTable(
    'key_leases',
    {
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      meterId: text('meter_id').notNull(),
      keyId: text('key_id').notNull(),
      expiresAt: instant('expires_at').notNull(),
    },
    (table) => [
      primaryKey({ name: 'key_leases_pk', columns: [table.tenantId, table.id] }),
      index('key_leases_by_expiry').on(table.meterId, table.expiresAt),
    ],
  ),
);
