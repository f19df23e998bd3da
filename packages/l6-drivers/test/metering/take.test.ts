import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MeterTaker } from '../../src/metering/meter-taker.ts';
import type { Meter, Taken, Taking } from '../../src/metering/meter.ts';
import { pruneMeters } from '../../src/metering/prune-meters.ts';
import { takeAll } from '../../src/metering/take.ts';
import { keyRow } from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';
import { setClockOf, type SetClock } from './clock.ts';
import { creditsOf, slotsOf, takingOf, windowOf } from './takings.ts';

const DAY_MS = 86_400_000;
/** In the middle of a second, a minute, an hour, a day and a month. */
const NOON = Date.UTC(2026, 5, 15, 12, 30, 30, 500);

describe.each(BACKENDS)('taking from meters, on %s', (backend) => {
  let database: TestDatabase;
  let store: Store;
  let clock: SetClock;
  let taker: MeterTaker;
  let number = 0;
  let meter: Meter;

  beforeAll(async () => {
    database = await createTestDatabase(backend);
    clock = await setClockOf(database, NOON);
    store = storeOf(database.database);
    taker = new MeterTaker(database.database.meters);
    await makeTenant(store, 1);
    await makeTenant(store, 2);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await clock.set(NOON);
    meter = windowOf(3, 1000, { name: `meter_${(number += 1)}` });
  });

  /** How many of so many were taken, one after the other. */
  const takenAt = async (ms: number, times: number, meters: readonly Meter[] = [meter], but: Partial<Taking> = {}): Promise<number> => {
    await clock.set(ms);
    const answers: Taken[] = await takeAll(database.database.meters, Array.from({ length: times }, () => takingOf(meters, but)));
    return answers.filter(({ isTaken }) => isTaken).length;
  };
  const creditsAre = async (remaining: number, at: Date): Promise<string> => {
    const id = `key_${(number += 1)}`;
    await write(store, 'tnt_1', async ({ keys, credits }) => {
      await keys.insert(keyRow('tnt_1', number));
      await credits.set('tnt_1', id, remaining, at);
    });
    return id;
  };
  const remainingOf = async (meterId: string): Promise<number | undefined> => (await store.read('tnt_1', ({ credits }) => credits.find('tnt_1', [meterId])))[0]?.remaining;

  test('a sliding window lets the next one in exactly when the first has been in for its length, and not a millisecond before', async () => {
    expect(await takenAt(NOON, 1)).toBe(1);
    expect(await takenAt(NOON + 400, 5)).toBe(2);
    expect(await takenAt(NOON + 999, 1)).toBe(0);
    expect(await takenAt(NOON + 1000, 5)).toBe(1);
    expect(await takenAt(NOON + 1399, 1)).toBe(0);
    expect(await takenAt(NOON + 1400, 5)).toBe(2);
  });

  test('a fixed window ends at a multiple of its length since 1970, and then all of it is there', async () => {
    const fixed = { ...meter, kind: 'FIXED' } as const;
    expect(await takenAt(NOON, 9, [fixed])).toBe(3);
    expect(await takenAt(NOON + 499, 9, [fixed])).toBe(0);
    expect(await takenAt(NOON + 500, 9, [fixed])).toBe(3);
    expect(await takenAt(NOON + 1499, 9, [fixed])).toBe(0);
    expect(await takenAt(NOON + 1500, 9, [fixed])).toBe(3);
  });

  test('with a great limit, a denial is lifted less than a tick after the window has passed', async () => {
    const great = windowOf(1000, 12_800, { name: meter.name });
    const tick = NOON - (NOON % 100);
    expect(await takenAt(tick, 1, [great], { cost: 1000 })).toBe(1);
    expect(await takenAt(tick + 12_800, 1, [great])).toBe(0);
    expect(await takenAt(tick + 12_898, 1, [great])).toBe(0);
    expect(await takenAt(tick + 12_899, 1, [great])).toBe(1);
  });

  test('what is stored of a window stays bounded, whatever the limit and however long it is taken from', async () => {
    const [small, great] = [windowOf(128, 10_000, { name: `${meter.name}_small` }), windowOf(1_000_000, 10_000, { name: `${meter.name}_great` })];
    let at = NOON;
    for (let step = 0; step < 400; step += 1) await takenAt((at += 1 + (step % 70)), 1, [small, great]);
    const [row] = await database.asOwner<{ ticks: number; sums: number }>(
      `select max(cardinality(expires))::int as ticks, max(cardinality(sums) - cardinality(expires))::int as sums from rate_windows where meter like $1`, [`%:${meter.name}_%`],
    );
    expect(row?.ticks).toBeGreaterThan(100);
    expect(row?.ticks).toBeLessThanOrEqual(130);
    expect(row?.sums).toBe(1);
  });

  test('sums that have become great are made small again, and nothing else changes', async () => {
    expect(await takenAt(NOON, 2)).toBe(2);
    await database.asOwner(`update rate_windows set sums = array(select s + 4000000000000000000 from unnest(sums) as s) where meter like $1`, [`%:${meter.name}:%`]);
    expect(await takenAt(NOON + 10, 5)).toBe(1);
    expect(await takenAt(NOON + 1000, 5)).toBe(2);
    const [row] = await database.asOwner<{ greatest: string }>(`select max(s)::text as greatest from rate_windows, unnest(sums) as s where meter like $1`, [`%:${meter.name}:%`]);
    expect(Number(row?.greatest)).toBeLessThan(100);
  });

  test('all of it or nothing: a limit that refuses leaves the others, credits and leases as they were', async () => {
    const meterId = await creditsAre(10, new Date(NOON));
    const all = [meter, windowOf(1, 1000, { name: `${meter.name}_scarce` }), creditsOf(meterId), slotsOf(meterId, 5)];
    const taking = (id: string): Taking => takingOf(all, { keyId: meterId, lease: { id: `lse_${meterId}_${id}`, seconds: 60 } });
    expect((await taker.take(taking('a'))).isTaken).toBe(true);
    const refused = await taker.take(taking('b'));
    expect(refused).toStrictEqual({
      isTaken: false, at: new Date(NOON), readings: [
        { allowed: true, remaining: 2, resetMs: 1000 }, { allowed: false, remaining: 0, resetMs: 1000 }, { allowed: true, remaining: 9, resetMs: 0 },
        { allowed: true, remaining: 4, resetMs: 0 },
      ],
    });
    expect(await remainingOf(meterId)).toBe(9);
    expect(await database.asOwner(`select id from key_leases where meter_id = $1`, [meterId])).toStrictEqual([{ id: `lse_${meterId}_a` }]);
  });

  test('meters of one name are several: by tenant, whose they are, whom they are of, their algorithm and their length', async () => {
    const others: readonly Meter[] = [
      { ...meter, scope: 'OWNER' }, { ...meter, scope: 'TENANT' }, { ...meter, scopeId: 'key_1:x' }, { ...meter, name: `${meter.name}-x` }, { ...meter, kind: 'FIXED' }, { ...meter, windowMs: 1001 },
    ];
    expect(await takenAt(NOON, 9)).toBe(3);
    for (const other of others) expect(await takenAt(NOON, 9, [other])).toBe(3);
    expect(await takenAt(NOON, 9, [meter], { tenantId: 'tnt_2' })).toBe(3);
    // Of one owner are all of its keys.
    expect(await takenAt(NOON, 9, [{ ...meter, scope: 'OWNER' }], { keyId: 'key_other' })).toBe(0);
  });

  test('another limit goes on from what was taken', async () => {
    expect(await takenAt(NOON, 3)).toBe(3);
    expect(await takenAt(NOON + 10, 9, [{ ...meter, limit: 5 }])).toBe(2);
    const lowered = await taker.take(takingOf([{ ...meter, limit: 2 }]));
    expect(lowered.readings).toStrictEqual([{ allowed: false, remaining: 0, resetMs: 1000 }]);
    expect(await takenAt(NOON + 1000, 9, [{ ...meter, limit: 1000 }])).toBe(9);
    expect(await takenAt(NOON + 1010, 9, [meter])).toBe(0);
  });

  test('a clock that is set back forgets nothing, and nobody waits longer than the window', async () => {
    expect(await takenAt(NOON, 1)).toBe(1);
    expect(await takenAt(NOON + 600, 9)).toBe(2);
    // The first has 400 ms left, the others 1000.
    const back = NOON - 40 * DAY_MS;
    expect(await takenAt(back, 9)).toBe(0);
    expect(await takenAt(back + 399, 9)).toBe(0);
    expect(await takenAt(back + 400, 9)).toBe(1);
    expect(await takenAt(back + 999, 9)).toBe(0);
    expect(await takenAt(back + 1000, 9)).toBe(2);
  });

  test('a clock that jumps far ahead and comes back leaves nobody waiting', async () => {
    const meterId = await creditsAre(1, new Date(NOON));
    const [far, daily] = [NOON + 3650 * DAY_MS, creditsOf(meterId, { amount: 1, interval: 'DAILY' })];
    expect(await takenAt(far, 9, [meter])).toBe(3);
    expect(await takenAt(far, 9, [daily])).toBe(1);
    expect(await takenAt(NOON, 9, [meter])).toBe(0);
    expect(await takenAt(NOON, 9, [daily])).toBe(0);
    expect(await takenAt(NOON + 1000, 9, [meter])).toBe(3);
    expect(await takenAt(NOON + DAY_MS, 9, [daily])).toBe(1);
  });

  test.each([
    ['DAILY', Date.UTC(2026, 5, 15, 23, 59, 59, 999), Date.UTC(2026, 5, 16)],
    ['MONTHLY', Date.UTC(2026, 5, 30, 23, 59, 59, 999), Date.UTC(2026, 6, 1)],
  ] as const)('a %s refill comes with the first use after midnight, UTC, and once', async (interval, before, after) => {
    const meterId = await creditsAre(3, new Date(NOON));
    const credits = [creditsOf(meterId, { amount: 5, interval })];
    expect(await takenAt(before, 9, credits)).toBe(3);
    expect((await taker.take(takingOf(credits))).readings).toStrictEqual([{ allowed: false, remaining: 0, resetMs: 1 }]);
    expect(await takenAt(after, 9, credits)).toBe(5);
    expect(await takenAt(after + 1000, 9, credits)).toBe(0);
    // A clock that hangs around midnight refills nothing twice.
    expect(await takenAt(before, 9, credits)).toBe(0);
    expect(await takenAt(after, 9, credits)).toBe(0);
  });

  test('a refill takes nothing away, adds nothing to what is more, and does not come on the day on which credits were set', async () => {
    const meterId = await creditsAre(8, new Date(NOON));
    const credits = [creditsOf(meterId, { amount: 5, interval: 'DAILY' })];
    expect(await takenAt(NOON + DAY_MS, 1, credits)).toBe(1);
    expect(await remainingOf(meterId)).toBe(7);
    await write(store, 'tnt_1', (scope) => scope.credits.set('tnt_1', meterId, 2, new Date(NOON + 2 * DAY_MS)));
    expect(await takenAt(NOON + 2 * DAY_MS, 9, credits)).toBe(2);
  });

  test('keys of a rotation that share a batch are refilled each by its own refill, and what one has used the other has not', async () => {
    const meterId = await creditsAre(0, new Date(NOON));
    const [none, daily, monthly] = [creditsOf(meterId), creditsOf(meterId, { amount: 5, interval: 'DAILY' }), creditsOf(meterId, { amount: 9, interval: 'MONTHLY' })];
    const told = async (ms: number, ...asked: readonly (readonly [Meter, number])[]): Promise<(readonly [boolean, number | undefined])[]> => {
      await clock.set(ms);
      const answers = await takeAll(database.database.meters, asked.map(([credits, cost]) => takingOf([credits], { cost })));
      return answers.map(({ isTaken, readings }) => [isTaken, readings[0]?.remaining] as const);
    };
    // The first of a batch once lent its refill, or its want of one, to all others.
    expect(await told(NOON + DAY_MS, [none, 1], [daily, 2], [none, 1], [monthly, 3])).toStrictEqual([[false, 0], [true, 3], [true, 2], [false, 2]]);
    expect(await told(NOON + 2 * DAY_MS, [daily, 6], [none, 3], [none, 2], [daily, 1])).toStrictEqual([[false, 5], [false, 2], [true, 0], [false, 0]]);
    expect(await told(NOON + 30 * DAY_MS, [none, 1], [daily, 0], [monthly, 8], [daily, 1], [none, 1])).toStrictEqual([[false, 0], [true, 5], [true, 1], [true, 0], [false, 0]]);
    expect(await remainingOf(meterId)).toBe(0);
  });

  test('what has no credits stored has none', async () => {
    expect(await takenAt(NOON, 9, [creditsOf('key_unheard_of', { amount: 5, interval: 'DAILY' })])).toBe(0);
  });

  test('a lease ends when it is released, or by itself; whoever renews it has it longer', async () => {
    const meterId = `lessee_${number}`;
    const acquire = (id: string, seconds = 10): Promise<Taken> => taker.take(takingOf([slotsOf(meterId, 2)], { keyId: 'key_1', lease: { id: `lse_${number}_${id}`, seconds } }));
    const id = (name: string): string => `lse_${number}_${name}`;
    expect([(await acquire('a')).isTaken, (await acquire('b', 20)).isTaken]).toStrictEqual([true, true]);
    expect((await acquire('c')).readings).toStrictEqual([{ allowed: false, remaining: 0, resetMs: 10_000 }]);
    expect(await taker.release('tnt_1', 'key_2', id('a'))).toBe(false);
    expect(await taker.release('tnt_2', 'key_1', id('a'))).toBe(false);
    expect([await taker.release('tnt_1', 'key_1', id('a')), await taker.release('tnt_1', 'key_1', id('a'))]).toStrictEqual([true, false]);
    expect((await acquire('d')).isTaken).toBe(true);
    await clock.set(NOON + 9999);
    expect(await taker.renew('tnt_1', 'key_1', id('d'), 5)).toStrictEqual(new Date(NOON + 14_999));
    await clock.set(NOON + 14_998);
    expect((await acquire('e')).readings).toStrictEqual([{ allowed: false, remaining: 0, resetMs: 1 }]);
    await clock.set(NOON + 14_999);
    expect([await taker.renew('tnt_1', 'key_1', id('d'), 5), await taker.release('tnt_1', 'key_1', id('d'))]).toStrictEqual([null, false]);
    expect((await acquire('f')).isTaken).toBe(true);
  });

  test('of several who end or renew one lease at once, one ends it, and those who renew agree', async () => {
    const meterId = `lessee_${number}`;
    const lease = (name: string): Promise<Taken> => taker.take(takingOf([slotsOf(meterId, 2)], { lease: { id: `lse_${number}_${name}`, seconds: 10 } }));
    await lease('a');
    await lease('b');
    const [a, b] = [`lse_${number}_a`, `lse_${number}_b`];
    const ended = await Promise.all([
      taker.renew('tnt_1', 'key_1', a, 30), taker.release('tnt_1', 'key_1', b), taker.renew('tnt_1', 'key_1', a, 40), taker.renew('tnt_1', 'key_1', b, 40), taker.release('tnt_1', 'key_1', b),
    ]);
    // Up to a few are sent by themselves and may come one after the other.
    const [first, , third, fourth] = ended;
    expect([first, third].every((end) => end instanceof Date)).toBe(true);
    expect([ended[1], ended[4]].filter(Boolean)).toHaveLength(1);
    expect(fourth).toBeNull();
    expect(await database.asOwner(`select id, held from key_leases join key_slots using (tenant_id, meter_id) where meter_id = $1`, [meterId])).toStrictEqual([{ id: a, held: 1 }]);
  });

  test('a clock that is set back takes the ends of leases along', async () => {
    const meterId = `lessee_${number}`;
    const acquire = (name: string): Promise<Taken> => taker.take(takingOf([slotsOf(meterId, 1)], { lease: { id: `lse_${number}_${name}`, seconds: 10 } }));
    await acquire('a');
    await clock.set(NOON - DAY_MS);
    expect((await acquire('b')).readings).toStrictEqual([{ allowed: false, remaining: 0, resetMs: 10_000 }]);
    await clock.set(NOON - DAY_MS + 10_000);
    expect((await acquire('c')).isTaken).toBe(true);
  });

  test('meters that nothing has counted on for a day are let go of, and say the same as before', async () => {
    const meterId = `lessee_${number}`;
    const held = slotsOf(`${meterId}_held`, 1);
    const long = windowOf(1, 3 * DAY_MS, { name: `${meter.name}_long` });
    await takenAt(NOON, 1, [meter, long]);
    await taker.take(takingOf([slotsOf(meterId, 1)], { lease: { id: `lse_${meterId}`, seconds: 3600 } }));
    await taker.take(takingOf([held], { lease: { id: `lse_${meterId}_held`, seconds: 2 * 86_400 } }));
    const stored = async (): Promise<unknown> => {
      const rows = await database.asOwner<{ name: string }>(
        `select meter as name from rate_windows where meter like $1 union all select meter_id from key_slots where meter_id like $2 union all select id from key_leases where meter_id like $2 order by 1`,
        [`%:${meter.name}%`, `${meterId}%`],
      );
      return rows.map(({ name }) => name);
    };
    await clock.set(NOON + DAY_MS);
    await pruneMeters(database.database.meters, 2);
    expect(await stored()).toHaveLength(6);
    await clock.set(NOON + DAY_MS + 3_600_001);
    expect(await pruneMeters(database.database.meters, 2)).toBeGreaterThanOrEqual(2);
    expect(await stored()).toStrictEqual([`${meterId}_held`, `KEY:SLIDING:${3 * DAY_MS}:${long.name}:key_1`, `lse_${meterId}_held`].toSorted());
    expect(await takenAt(NOON + DAY_MS + 3_600_001, 9, [meter])).toBe(3);
    expect(await takenAt(NOON + DAY_MS + 3_600_001, 9, [long])).toBe(0);
    expect((await taker.take(takingOf([slotsOf(meterId, 1)], { lease: { id: `lse_${meterId}_2`, seconds: 1 } }))).isTaken).toBe(true);
  });
});
