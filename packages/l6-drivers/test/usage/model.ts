import type { TestDatabase } from '@hoc/testbed/databases';
import { KEY_VERDICTS } from '@hoc/l7-models/enums';
import { HOUR_MS, VALID, type KeyHour } from '../../src/usage/key-hour.ts';
import type { Random } from '../metering/random.ts';

/** Sorted lines, one for each count, and one for each key that was used. */
export type Usage = readonly string[];

/** What is to be stored once these hours were written, in whichever order and by whomever. */
export class UsageModel {
  readonly #counts = new Map<string, number>();
  readonly #keys = new Map<string, { lastUsedMs: number; verifications: number; openHour: number | null }>();

  /** @param opens whether whoever writes them leaves the newest hour of a key open; the version before does not */
  add(hours: readonly KeyHour[], opens = true): void {
    for (const { tenantId, keyId, hour, counts, lastUsedMs } of hours) {
      for (const [number, count] of counts.entries()) {
        const name = `${tenantId} ${keyId} ${hour} ${KEY_VERDICTS[number]}`;
        if (count > 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
      }
      const [key, valid] = [`${tenantId} ${keyId}`, counts[VALID] ?? 0];
      if (valid === 0) continue;
      const { lastUsedMs: last, verifications, openHour } = this.#keys.get(key) ?? { lastUsedMs: 0, verifications: 0, openHour: null };
      this.#keys.set(key, { lastUsedMs: Math.max(last, lastUsedMs), verifications: verifications + valid, openHour: opens ? Math.max(openHour ?? hour, hour) : openHour });
    }
  }

  usage(): Usage {
    const keys = [...this.#keys].map(([key, { lastUsedMs, verifications, openHour }]) => `${key}: ${verifications} until ${lastUsedMs}, open is ${openHour ?? 'none'}`);
    return [...keys, ...[...this.#counts].map(([name, count]) => `${name}: ${count}`)].toSorted();
  }
}

/** What is stored, wherever it stands. */
export async function storedUsage(database: TestDatabase): Promise<Usage> {
  const hourOf = (column: string): string => `extract(epoch from ${column})::bigint / 3600`;
  const rows = await database.asOwner<{ line: string }>(
    `select tenant_id || ' ' || key_id || ' ' || ${hourOf('hour')} || ' ' || verdict || ': ' || sum(count) as line from (
       select tenant_id, key_id, hour, verdict, count from usage_hours union all select tenant_id, key_id, hour, 'VALID', hour_count from key_activity where hour is not null
     ) as u group by tenant_id, key_id, hour, verdict
     union all select tenant_id || ' ' || key_id || ': ' || verifications || ' until ' || (extract(epoch from last_used_at) * 1000)::bigint || ', open is ' || coalesce((${hourOf('hour')})::text, 'none')
     from key_activity`,
  );
  return rows.map(({ line }) => line).toSorted();
}

/** Some keys' hours, each once: of `hours`, the first of which is the oldest. */
export function someHours(random: Random, keys: readonly Pick<KeyHour, 'tenantId' | 'keyId'>[], hours: readonly number[]): KeyHour[] {
  const places = keys.flatMap((key) => hours.map((hour) => ({ ...key, hour }))).filter(() => random.chance(0.5));
  const drawn = places.map((place) => ({ place, rank: random.below(1_000_000) })).toSorted((one, other) => one.rank - other.rank);
  return drawn.map(({ place }) => {
    const counts = KEY_VERDICTS.map((_, number) => (random.chance(number === VALID ? 0.8 : 0.05) ? 1 + random.below(5) : 0));
    return { ...place, counts, lastUsedMs: (counts[VALID] ?? 0) > 0 ? place.hour * HOUR_MS + random.below(HOUR_MS) : 0, address: random.chance(0.5) ? '192.0.2.7' : null };
  });
}
