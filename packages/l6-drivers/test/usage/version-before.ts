import { KEY_VERDICTS } from '@hoc/l7-models/enums';
import type { Sql, Statement } from '../../src/database/sql.ts';
import { VALID, type KeyHour } from '../../src/usage/key-hour.ts';

/** What a server of the version before sends. Never changed: such servers may run beside those of this one. */
const COUNT: Statement = {
  name: 'test.count_as_before',
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

/** Writes counts as that version does. Of each key, one hour. */
export async function writeAsBefore(sql: Sql, hours: readonly KeyHour[]): Promise<void> {
  const counts = hours.flatMap(({ tenantId, keyId, hour, counts: own }) =>
    own.flatMap((count, number) => (count === 0 ? [] : [{ tenantId, keyId, start: new Date(hour * 3_600_000).toISOString(), verdict: KEY_VERDICTS[number] ?? null, count }])),
  );
  const uses = hours.filter(({ counts: own }) => (own[VALID] ?? 0) > 0);
  await sql.run(COUNT, [
    counts.map(({ tenantId }) => tenantId), counts.map(({ keyId }) => keyId), counts.map(({ start }) => start), counts.map(({ verdict }) => verdict), counts.map(({ count }) => count),
    uses.map(({ tenantId }) => tenantId), uses.map(({ keyId }) => keyId), uses.map(({ lastUsedMs }) => new Date(lastUsedMs).toISOString()), uses.map(() => null),
    uses.map(({ counts: own }) => own[VALID] ?? 0),
  ]);
}
