import { KEY_VERDICTS } from '@hoc/l7-models/enums';
import { arrayText } from '../database/array-text.ts';
import type { Sql, Statement } from '../database/sql.ts';
import { addressPrefix } from './address-prefix.ts';

/** How often a key was verified in one hour, by the number of the verdict among {@link KEY_VERDICTS}. */
export interface KeyHour {
  readonly tenantId: string;
  readonly keyId: string;
  /** Hours since 1970. */
  readonly hour: number;
  readonly counts: number[];
  /** Of the last VALID one, in milliseconds since 1970; 0: there was none. */
  lastUsedMs: number;
  address: string | null;
}

export const HOUR_MS = 3_600_000;
export const VALID: number = KEY_VERDICTS.indexOf('VALID');

/** Rows are written in the order of their keys, the last uses before the counts: servers that write the same ones do not deadlock. */
const COUNT: Statement = {
  name: 'usage.count',
  text: `with counted as (
      insert into usage_hours (tenant_id, key_id, hour, verdict, count)
      select u.* from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::bigint[]) as u (tenant, key, hour, verdict, count)
      order by u.tenant collate "C", u.key collate "C", u.hour, u.verdict collate "C"
      on conflict (tenant_id, key_id, hour, verdict) do update set count = usage_hours.count + excluded.count
    )
    insert into key_activity (tenant_id, key_id, last_used_at, last_address, verifications)
    select u.* from unnest($6::text[], $7::text[], $8::timestamptz[], $9::text[], $10::bigint[]) as u (tenant, key, used, address, count)
    order by u.tenant collate "C", u.key collate "C"
    on conflict (tenant_id, key_id) do update set
      last_used_at = greatest(key_activity.last_used_at, excluded.last_used_at),
      last_address = case when excluded.last_used_at >= key_activity.last_used_at then coalesce(excluded.last_address, key_activity.last_address)
        else coalesce(key_activity.last_address, excluded.last_address) end,
      verifications = key_activity.verifications + excluded.verifications`,
};

/** Adds these counts to what is stored, all or none of them. */
export async function writeUsage(sql: Sql, hours: readonly KeyHour[]): Promise<void> {
  const counts = hours.flatMap(({ tenantId, keyId, hour, counts: own }) =>
    own.flatMap((count, at) => (count > 0 ? [{ tenantId, keyId, hour: new Date(hour * HOUR_MS).toISOString(), verdict: KEY_VERDICTS[at] ?? '', count }] : [])),
  );
  const uses = lastUses(hours);
  await sql.run(COUNT, [
    ...[counts.map(({ tenantId }) => tenantId), counts.map(({ keyId }) => keyId), counts.map(({ hour }) => hour), counts.map(({ verdict }) => verdict), counts.map(({ count }) => count)].map(arrayText),
    ...[
      uses.map(({ tenantId }) => tenantId), uses.map(({ keyId }) => keyId), uses.map(({ lastUsedMs }) => new Date(lastUsedMs).toISOString()),
      uses.map(({ prefix }) => prefix), uses.map(({ count }) => count),
    ].map(arrayText),
  ]);
}

interface LastUse {
  readonly tenantId: string;
  readonly keyId: string;
  lastUsedMs: number;
  prefix: string | null;
  count: number;
}

/** One per key that was used: a statement may not write a row twice. */
function lastUses(hours: readonly KeyHour[]): LastUse[] {
  const uses = new Map<string, LastUse>();
  for (const { tenantId, keyId, counts, lastUsedMs, address } of hours) {
    const count = counts[VALID] ?? 0;
    if (count === 0) continue;
    const name = `${tenantId}:${keyId}`;
    const prefix = address === null ? null : addressPrefix(address);
    const known = uses.get(name);
    if (known === undefined) {
      uses.set(name, { tenantId, keyId, lastUsedMs, prefix, count });
      continue;
    }
    known.count += count;
    known.prefix = lastUsedMs >= known.lastUsedMs ? (prefix ?? known.prefix) : (known.prefix ?? prefix);
    known.lastUsedMs = Math.max(known.lastUsedMs, lastUsedMs);
  }
  return [...uses.values()];
}
