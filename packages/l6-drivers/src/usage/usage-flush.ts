import { KEY_VERDICTS, type KeyVerdict } from '@hoc/l7-models/enums';
import { arrayText } from '../database/array-text.ts';
import type { Sql, Statement } from '../database/sql.ts';
import { addressPrefix } from './address-prefix.ts';
import { HOUR_MS, noteUse, VALID, type KeyHour } from './key-hour.ts';

/** The function says what it does with them: packages/l7-models/migrations/0004_open_hours.sql. */
const COUNT: Statement = {
  name: 'usage.count',
  text: `select hoc_count_usage($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::timestamptz[], $7::bigint[],
    $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::bigint[])`,
};

/** The VALID verifications of a key. */
interface KeyUse extends Pick<KeyHour, 'tenantId' | 'keyId' | 'lastUsedMs' | 'address'> {
  verified: number;
  /** The newest hour, and how many of them were in it. */
  hour: number;
  count: number;
}

/** Any other count. */
interface HourCount extends Pick<KeyHour, 'tenantId' | 'keyId' | 'hour'> {
  readonly verdict: KeyVerdict | undefined;
  readonly count: number;
}

/** Adds these counts to what is stored, all or none of them. Each hour of a key stands there once. */
export async function writeUsage(sql: Sql, hours: readonly KeyHour[]): Promise<void> {
  const others: HourCount[] = [];
  for (const { tenantId, keyId, hour, counts } of hours) {
    for (let number = 0; number < counts.length; number += 1) {
      const count = counts[number] ?? 0;
      if (count > 0 && number !== VALID) others.push({ tenantId, keyId, hour, verdict: KEY_VERDICTS[number], count });
    }
  }
  const uses = usesOf(hours, others);
  const startOf = starts();
  await sql.run(COUNT, [
    uses.map(({ tenantId }) => tenantId), uses.map(({ keyId }) => keyId), uses.map(({ lastUsedMs }) => lastUsedMs),
    uses.map(({ address }) => address), uses.map(({ verified }) => verified), uses.map(({ hour }) => startOf(hour)), uses.map(({ count }) => count),
    others.map(({ tenantId }) => tenantId), others.map(({ keyId }) => keyId), others.map(({ hour }) => startOf(hour)), others.map(({ verdict }) => verdict ?? null),
    others.map(({ count }) => count),
  ].map(arrayText));
}

/** One per key that was used. VALID counts of its older hours go to `others`. Of its addresses, their networks. */
function usesOf(hours: readonly KeyHour[], others: HourCount[]): readonly KeyUse[] {
  // Of one hour, a key has one: nearly always there is nothing to look for.
  const isOneHour = hours.every(({ hour }) => hour === hours[0]?.hour);
  const uses: KeyUse[] = [];
  const byKey = new Map<string, KeyUse>();
  for (const { tenantId, keyId, hour, counts, lastUsedMs, address: used } of hours) {
    const count = counts[VALID] ?? 0;
    if (count === 0) continue;
    const address = used === null ? null : addressPrefix(used);
    const name = isOneHour ? '' : `${tenantId}:${keyId}`;
    const known = isOneHour ? undefined : byKey.get(name);
    if (known === undefined) {
      const use = { tenantId, keyId, lastUsedMs, address, verified: count, hour, count };
      uses.push(use);
      if (!isOneHour) byKey.set(name, use);
      continue;
    }
    const older = hour > known.hour ? { hour: known.hour, count: known.count } : { hour, count };
    others.push({ tenantId, keyId, verdict: 'VALID', ...older });
    if (hour > known.hour) [known.hour, known.count] = [hour, count];
    known.verified += count;
    noteUse(known, lastUsedMs, address);
  }
  return uses;
}

/** When an hour begins, as text. Nearly all that are asked for are the same one. */
function starts(): (hour: number) => string {
  let [known, text] = [Number.NaN, ''];
  return (hour) => {
    if (hour !== known) [known, text] = [hour, new Date(hour * HOUR_MS).toISOString()];
    return text;
  };
}
