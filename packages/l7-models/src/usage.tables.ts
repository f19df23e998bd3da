import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, oneOf } from './columns.ts';
import { KEY_VERDICTS } from './enums.ts';
import type { KeyVerdict } from './enums.ts';
import { tableOf, type TableOf } from './table-of.ts';

/** How many verifications of a key came to one verdict in one hour, but for the VALID ones of the hour that {@link KeyActivity} has open. */
export interface UsageHour {
  readonly tenantId: string;
  readonly keyId: string;
  /** When the hour begins, UTC. */
  readonly hour: Date;
  readonly verdict: KeyVerdict;
  readonly count: number;
}

/** Partitioned by month of `hour`; what no month has a partition for lies in the default one. */
export const usageHours: TableOf<UsageHour> = tableOf<UsageHour>()(
  pgTable(
    'usage_hours',
    {
      tenantId: text('tenant_id').notNull(),
      keyId: text('key_id').notNull(),
      hour: instant('hour').notNull(),
      verdict: text('verdict', { enum: KEY_VERDICTS }).notNull(),
      count: bigint('count', { mode: 'number' }).notNull(),
    },
    (table) => [
      primaryKey({ name: 'usage_hours_pk', columns: [table.tenantId, table.keyId, table.hour, table.verdict] }),
      index('usage_hours_by_hour').on(table.tenantId, table.hour),
      oneOf('usage_hours_verdict', 'verdict', KEY_VERDICTS),
    ],
  ),
);

/** The last use of a key that was allowed, and how many there have been. */
export interface KeyActivity {
  readonly tenantId: string;
  readonly keyId: string;
  readonly lastUsedAt: Date;
  /** The /24 or /48 of the last address that was named; null where none ever was. */
  readonly lastAddress: string | null;
  readonly verifications: number;
  /** The newest hour that was counted here, UTC; null where none is open. */
  readonly hour: Date | null;
  /** How many VALID verifications that hour has beside those in {@link UsageHour}. */
  readonly hourCount: number | null;
}

export const keyActivity: TableOf<KeyActivity> = tableOf<KeyActivity>()(
  pgTable(
    'key_activity',
    {
      tenantId: text('tenant_id').notNull(),
      keyId: text('key_id').notNull(),
      lastUsedAt: instant('last_used_at').notNull(),
      lastAddress: text('last_address'),
      verifications: bigint('verifications', { mode: 'number' }).notNull(),
      hour: instant('hour'),
      hourCount: bigint('hour_count', { mode: 'number' }),
    },
    (table) => [
      primaryKey({ name: 'key_activity_pk', columns: [table.tenantId, table.keyId] }),
      index('key_activity_by_hour').on(table.tenantId, table.hour).where(sql`hour is not null`),
      check('key_activity_open_hour', sql`(hour is null) = (hour_count is null)`),
    ],
  ),
);
