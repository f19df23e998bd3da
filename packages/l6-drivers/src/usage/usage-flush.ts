import { KEY_VERDICTS } from '@hoc/l7-models/enums';
import { arrayText } from '../database/array-text.ts';
import type { Sql, Statement } from '../database/sql.ts';
import { addressPrefix } from './address-prefix.ts';
import { HOUR_MS, noteUse, VALID, type KeyHour } from './key-hour.ts';

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

/** Adds these counts to what is stored, all or none of them. Each hour of a key stands there once. */
export async function writeUsage(sql: Sql, hours: readonly KeyHour[]): Promise<void> {
  const [tenantIds, keyIds, starts, verdicts, counts]: [string[], string[], string[], string[], number[]] = [[], [], [], [], []];
  for (const { tenantId, keyId, hour, counts: own } of hours) {
    const start = new Date(hour * HOUR_MS).toISOString();
    for (let number = 0; number < own.length; number += 1) {
      const count = own[number] ?? 0;
      if (count === 0) continue;
      tenantIds.push(tenantId);
      keyIds.push(keyId);
      starts.push(start);
      verdicts.push(KEY_VERDICTS[number] ?? '');
      counts.push(count);
    }
  }
  const uses = lastUses(hours);
  await sql.run(COUNT, [
    ...[tenantIds, keyIds, starts, verdicts, counts].map(arrayText),
    ...[
      uses.map(({ tenantId }) => tenantId), uses.map(({ keyId }) => keyId), uses.map(({ lastUsedMs }) => new Date(lastUsedMs).toISOString()),
      uses.map(({ address }) => address), uses.map(({ count }) => count),
    ].map(arrayText),
  ]);
}

interface LastUse extends Pick<KeyHour, 'tenantId' | 'keyId' | 'lastUsedMs' | 'address'> {
  count: number;
}

/** One per key that was used: a statement may not write a row twice. Of its addresses, their networks. */
function lastUses(hours: readonly KeyHour[]): LastUse[] {
  const uses = new Map<string, LastUse>();
  for (const { tenantId, keyId, counts, lastUsedMs, address: used } of hours) {
    const count = counts[VALID] ?? 0;
    if (count === 0) continue;
    const name = `${tenantId}:${keyId}`;
    const address = used === null ? null : addressPrefix(used);
    const known = uses.get(name);
    if (known === undefined) {
      uses.set(name, { tenantId, keyId, lastUsedMs, address, count });
      continue;
    }
    known.count += count;
    noteUse(known, lastUsedMs, address);
  }
  return [...uses.values()];
}
