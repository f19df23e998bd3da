import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { KEY_VERDICTS, type KeyVerdict } from '@hoc/l7-models/enums';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeHours } from '../../src/usage/close-hours.ts';
import { HOUR_MS, type KeyHour } from '../../src/usage/key-hour.ts';
import type { UsageCount } from '../../src/usage/usage.driver.ts';
import { writeUsage } from '../../src/usage/usage-flush.ts';
import { setClockOf, type SetClock } from '../metering/clock.ts';
import { Random } from '../metering/random.ts';
import { makeTenant, storeOf, type Store } from '../store.ts';
import { someHours, storedUsage, UsageModel } from './model.ts';
import { writeAsBefore } from './version-before.ts';

const DAY = Date.UTC(2026, 2, 31);
const at = (hour: number): Date => new Date(DAY + hour * HOUR_MS);
const numberOf = (hour: number): number => DAY / HOUR_MS + hour;
const hourOf = (keyId: string, hour: number, counts: Partial<Record<KeyVerdict, number>>): KeyHour => ({
  tenantId: 'tnt_1', keyId, hour: numberOf(hour), counts: KEY_VERDICTS.map((verdict) => counts[verdict] ?? 0), lastUsedMs: 'VALID' in counts ? at(hour).getTime() : 0, address: null,
});

describe.each(BACKENDS)('the open hours of keys on %s', (backend) => {
  let database: TestDatabase;
  let store: Store;
  let clock: SetClock;
  const flush = (...hours: KeyHour[]): Promise<void> => writeUsage(database.database.meters, hours);
  const counts = (keyId: string | null = 'key_1', from = 0, to = 48): Promise<UsageCount[]> =>
    store.read('tnt_1', ({ usage }) => usage.counts('tnt_1', { keyId, from: at(from), to: at(to), bucket: 'HOUR' }));
  const valid = (hour: number, count: number): UsageCount => ({ start: at(hour), verdict: 'VALID', count });
  /** The hour that is open, with its count, and what stands among the hours. */
  const stands = async (keyId = 'key_1'): Promise<unknown> => {
    const [open] = await database.asOwner<{ hour: Date | null; count: number | null }>('select hour, hour_count::int as count from key_activity where key_id = $1', [keyId]);
    const closed = await database.asOwner<UsageCount>('select hour as "start", verdict, count::int as count from usage_hours where key_id = $1 order by hour, verdict', [keyId]);
    return { open: open === undefined ? null : open, closed };
  };

  beforeAll(async () => {
    database = await createTestDatabase(backend);
    clock = await setClockOf(database, DAY);
    store = storeOf(database.database);
    await makeTenant(store, 1);
    await makeTenant(store, 2);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.asOwner('delete from usage_hours');
    await database.asOwner('delete from key_activity');
    await clock.set(DAY);
  });

  test('an hour is one row beside the last use, until the next one of its key begins: then it is where the others are', async () => {
    for (let flushes = 0; flushes < 3; flushes += 1) await flush(hourOf('key_1', 5, { VALID: 2 }));
    expect(await stands()).toStrictEqual({ open: { hour: at(5), count: 6 }, closed: [] });
    expect([await counts(), await counts(null)]).toStrictEqual([[valid(5, 6)], [valid(5, 6)]]);
    await flush(hourOf('key_1', 6, { VALID: 1 }), hourOf('key_2', 6, { VALID: 1 }));
    expect(await stands()).toStrictEqual({ open: { hour: at(6), count: 1 }, closed: [valid(5, 6)] });
    expect([await counts(), await counts(null)]).toStrictEqual([[valid(5, 6), valid(6, 1)], [valid(5, 6), valid(6, 2)]]);
    await flush(hourOf('key_1', 6, { VALID: 4 }));
    expect([await counts(), await counts('key_1', 5, 6), await counts('key_1', 6, 7)]).toStrictEqual([[valid(5, 6), valid(6, 5)], [valid(5, 6)], [valid(6, 5)]]);
  });

  test('what comes late for an hour that has passed opens nothing, whether it was open before or not', async () => {
    await flush(hourOf('key_1', 5, { VALID: 1 }));
    await flush(hourOf('key_1', 7, { VALID: 1 }));
    for (const hour of [5, 6, 5]) await flush(hourOf('key_1', hour, { VALID: 10 }));
    expect(await stands()).toStrictEqual({ open: { hour: at(7), count: 1 }, closed: [valid(5, 21), valid(6, 10)] });
  });

  test('hours of a key that are written at once are each counted once, whichever of them is open', async () => {
    for (const [open, keyId] of [[4, 'key_1'], [5, 'key_2'], [6, 'key_3'], [7, 'key_4'], [8, 'key_5']] as const) {
      await flush(hourOf(keyId, open, { VALID: 100 }));
      await flush(hourOf(keyId, 6, { VALID: 1 }), hourOf(keyId, 7, { VALID: 2, EXPIRED: 3 }), hourOf(keyId, 5, { VALID: 4 }));
      const expected = new Map([[5, 4], [6, 1], [7, 2]]);
      expected.set(open, (expected.get(open) ?? 0) + 100);
      const told = await counts(keyId);
      expect(told.filter(({ verdict }) => verdict === 'VALID')).toStrictEqual([...expected].toSorted(([one], [other]) => one - other).map(([hour, count]) => valid(hour, count)));
      expect(told.filter(({ verdict }) => verdict !== 'VALID')).toStrictEqual([{ start: at(7), verdict: 'EXPIRED', count: 3 }]);
      expect(await stands(keyId)).toMatchObject({ open: { hour: at(Math.max(7, open)) } });
    }
  });

  test('other verdicts open nothing and close nothing', async () => {
    await flush(hourOf('key_1', 5, { REVOKED: 1 }));
    expect(await stands()).toStrictEqual({ open: null, closed: [{ start: at(5), verdict: 'REVOKED', count: 1 }] });
    await flush(hourOf('key_1', 5, { VALID: 2 }));
    await flush(hourOf('key_1', 6, { REVOKED: 1 }));
    expect(await stands()).toMatchObject({ open: { hour: at(5), count: 2 } });
    expect(await counts()).toStrictEqual([{ start: at(5), verdict: 'REVOKED', count: 1 }, valid(5, 2), { start: at(6), verdict: 'REVOKED', count: 1 }]);
  });

  test('a server of the version before counts beside: both are added up, of one hour too', async () => {
    await writeAsBefore(database.database.meters, [hourOf('key_1', 5, { VALID: 1, EXPIRED: 1 })]);
    expect(await stands()).toMatchObject({ open: { hour: null, count: null } });
    await flush(hourOf('key_1', 5, { VALID: 10 }));
    await writeAsBefore(database.database.meters, [hourOf('key_1', 5, { VALID: 100 })]);
    expect(await counts()).toStrictEqual([{ start: at(5), verdict: 'EXPIRED', count: 1 }, valid(5, 111)]);
    await writeAsBefore(database.database.meters, [hourOf('key_1', 6, { VALID: 1 })]);
    await flush(hourOf('key_1', 6, { VALID: 10 }));
    expect(await counts()).toStrictEqual([{ start: at(5), verdict: 'EXPIRED', count: 1 }, valid(5, 111), valid(6, 11)]);
    const told = await store.read('tnt_1', ({ usage }) => usage.activityOf('tnt_1', ['key_1']));
    expect(told).toStrictEqual([{ tenantId: 'tnt_1', keyId: 'key_1', lastUsedAt: at(6), lastAddress: null, verifications: 122 }]);
  });

  test.each([1, 2, 3, 100])('those that are not kept any more end %i keys at a time, of every tenant, and no other does', async (atATime) => {
    const hours = Array.from({ length: 7 }, (_, number) => ({ ...hourOf(`key_${number}`, number === 3 ? 24 : 0, { VALID: 1 }), tenantId: `tnt_${1 + (number % 2)}` }));
    await flush(...hours);
    await clock.set(Date.UTC(2026, 4, 1));
    expect(await closeHours(database.database.meters, 2, atATime)).toBe(6);
    const open = await database.asOwner<{ key: string }>('select key_id as key from key_activity where hour is not null');
    expect(open).toStrictEqual([{ key: 'key_3' }]);
    await expect(closeHours(database.database.meters, 0, atATime)).rejects.toMatchObject({ code: '22023' });
  });

  test('an hour that is open ends with its month where that is not kept any more; the last use stays', async () => {
    await flush(hourOf('key_1', 0, { VALID: 3 }), hourOf('key_2', 24, { VALID: 4 }));
    await clock.set(Date.UTC(2026, 3, 30, 23, 59));
    expect(await closeHours(database.database.meters, 2)).toBe(0);
    expect([await counts('key_1'), await counts('key_2')]).toStrictEqual([[valid(0, 3)], [valid(24, 4)]]);
    await clock.set(Date.UTC(2026, 4, 1));
    expect(await closeHours(database.database.meters, 2)).toBe(1);
    expect(await closeHours(database.database.meters, 2)).toBe(0);
    expect([await stands('key_1'), await counts('key_1'), await counts('key_2')]).toStrictEqual([{ open: { hour: null, count: null }, closed: [] }, [], [valid(24, 4)]]);
    const told = await store.read('tnt_1', ({ usage }) => usage.activityOf('tnt_1', ['key_1']));
    expect(told).toStrictEqual([{ tenantId: 'tnt_1', keyId: 'key_1', lastUsedAt: at(0), lastAddress: null, verifications: 3 }]);
    // And it opens again when it is used.
    await flush(hourOf('key_1', 25, { VALID: 1 }));
    expect([await stands('key_1'), await counts('key_1')]).toStrictEqual([{ open: { hour: at(25), count: 1 }, closed: [] }, [valid(25, 1)]]);
  });

  test('whatever is written in whichever order, by servers of both versions, is what a model has', async () => {
    const random = new Random();
    process.stdout.write(`usage on ${backend}: METER_SEED=${random.seed}\n`);
    const model = new UsageModel();
    const keys = [1, 2, 3, 4].map((number) => ({ tenantId: `tnt_${number % 2}`, keyId: `key_${number}` }));
    for (let [step, newest] = [0, numberOf(0)]; step < 60; step += 1) {
      newest += random.below(2);
      const isBefore = random.chance(0.2);
      const hours = someHours(random, keys, isBefore ? [newest] : [newest - 2, newest - 1, newest]);
      await (isBefore ? writeAsBefore(database.database.meters, hours) : flush(...hours));
      model.add(hours, !isBefore);
      expect(await storedUsage(database)).toStrictEqual(model.usage());
    }
  });
});
