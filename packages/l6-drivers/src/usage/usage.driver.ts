import type { KeyVerdict } from '@hoc/l7-models/enums';
import type { KeyActivity } from '@hoc/l7-models/usage.tables';
import type { Sql, Statement } from '../database/sql.ts';

/** A count moves from the one table to the other when its hour closes: one statement, which sees both at one instant, sees it once. */
const COUNTS = (bucket: 'hour' | 'day', whose: string): Statement => ({
  name: `usage.counts_by_${bucket}${whose === '' ? '' : '_of_key'}`,
  text: `select date_trunc('${bucket}', u.hour, 'UTC') as "start", u.verdict, sum(u.count)::bigint as "count" from (
      select hour, verdict, count from usage_hours where tenant_id = $1 and hour >= $2 and hour < $3${whose}
      union all select hour, 'VALID', hour_count from key_activity where tenant_id = $1 and hour >= $2 and hour < $3${whose}
    ) as u group by 1, 2 order by 1, 2`,
});
const OF_TENANT = { HOUR: COUNTS('hour', ''), DAY: COUNTS('day', '') } as const;
const OF_KEY = { HOUR: COUNTS('hour', ' and key_id = $4'), DAY: COUNTS('day', ' and key_id = $4') } as const;
const ACTIVITY: Statement = {
  name: 'usage.activity',
  text: `select tenant_id as "tenantId", key_id as "keyId", last_used_at as "lastUsedAt", last_address as "lastAddress", verifications
    from key_activity where tenant_id = $1 and key_id = any($2::text[])`,
};

/** The last VALID use of a key, and how many there have been. */
export type KeyUse = Omit<KeyActivity, 'hour' | 'hourCount'>;

export interface UsageQuestion {
  /** Null: of all keys of the tenant together. */
  readonly keyId: string | null;
  /** The hours that begin at or after `from`, and before `to`. */
  readonly from: Date;
  readonly to: Date;
  readonly bucket: 'HOUR' | 'DAY';
}

/** How many verifications came to one verdict in the hour or the UTC day that begins at `start`. */
export interface UsageCount {
  readonly start: Date;
  readonly verdict: KeyVerdict;
  readonly count: number;
}

export class UsageReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The counts that are not zero, the oldest first. What was verified in the last seconds may not be among them yet. */
  counts(tenantId: string, { keyId, from, to, bucket }: UsageQuestion): Promise<UsageCount[]> {
    return keyId === null
      ? this.#sql.run<UsageCount>(OF_TENANT[bucket], [tenantId, from, to])
      : this.#sql.run<UsageCount>(OF_KEY[bucket], [tenantId, from, to, keyId]);
  }

  /** The last use of these keys, of those that have been used, in no order. */
  activityOf(tenantId: string, keyIds: readonly string[]): Promise<KeyUse[]> {
    return this.#sql.run<KeyUse>(ACTIVITY, [tenantId, keyIds]);
  }
}
