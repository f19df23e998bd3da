import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@hoc/l6-drivers/database/database';
import { openPostgres } from '@hoc/l6-drivers/database/postgres';
import { createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METER_TAKER_LIMITS, MeterTaker } from '../../src/metering/meter-taker.ts';
import type { Meter, Taken } from '../../src/metering/meter.ts';
import { takeAll } from '../../src/metering/take.ts';
import { keyRow } from '../rows.ts';
import { makeTenant, storeOf, write } from '../store.ts';
import { plant, type Fault } from './planted.ts';
import { Random } from './random.ts';
import { creditsOf, slotsOf, takingOf, windowOf } from './takings.ts';

const PROCESSES = 3;
/** Far longer than any of this takes. */
const LONG_MS = 31 * 86_400_000;
/** The lock on one kind of row. */
const lockOf = (row: string, meter: string, given: string): string => `${row}.${meter} = ${given}.meter FOR UPDATE) AS ${row} ON true`;
const unlocked = (row: string, meter: string, given: string): [string, string] => [lockOf(row, meter, given), lockOf(row, meter, given).replace(' FOR UPDATE', '')];
const WINDOWS_UNLOCKED: Fault = { says: 'windows are not locked', changes: [unlocked('r', 'meter', 'w')] };
const CREDITS_UNLOCKED: Fault = { says: 'credits are not locked', changes: [unlocked('k', 'meter_id', 'c')] };
const SLOTS_UNLOCKED: Fault = { says: 'slots are not locked', changes: [unlocked('k', 'meter_id', 's')] };
const GIVEN = 'unnest(w_tenants, w_meters) WITH ORDINALITY AS w (tenant, meter, number)';
const ORDER_FORGOTTEN: Fault = {
  says: 'windows are locked in any order',
  changes: [[`FROM ${GIVEN}\n      LEFT JOIN`, `FROM (SELECT w.* FROM ${GIVEN} ORDER BY random()) AS w\n      LEFT JOIN`]],
};
const CLOCK_TOO_EARLY: Fault = {
  says: 'the clock is read before the locks', changes: [['now_ms := hoc_meter_clock();', ''], ['now_ms bigint;', 'now_ms bigint := hoc_meter_clock();']],
};
/** One connection cannot race, so this is about PostgreSQL alone. */
describe('several servers that take at once', () => {
  let testDatabase: TestDatabase;
  let databases: Database[];
  let takers: MeterTaker[];
  const random = new Random();
  let fresh = 0;
  /** A name that no meter has had. */
  const anew = (): string => `fresh_${(fresh += 1)}`;

  beforeAll(async () => {
    process.stdout.write(`meters raced for: METER_SEED=${random.seed}\n`);
    testDatabase = await createTestDatabase('postgres');
    databases = Array.from({ length: PROCESSES }, () => openPostgres({ url: testDatabase.url ?? '' }));
    // Few takings of a statement, so that there are many statements.
    takers = databases.map(({ meters }) => new MeterTaker(meters, { ...METER_TAKER_LIMITS, maxWave: 5 }));
    const store = storeOf(testDatabase.database);
    const { id } = await makeTenant(store, 1);
    await write(store, id, async ({ keys }) => {
      for (let n = 1; n <= 60; n += 1) await keys.insert(keyRow(id, n));
    });
  });
  afterAll(async () => {
    await Promise.all(databases.map((database) => database.close()));
    await testDatabase.close();
  });

  const takerOf = (number: number): MeterTaker => takers[number % PROCESSES] as MeterTaker; // `as`: there are so many
  const takeAtOnce = (times: number, meters: readonly Meter[], but: (number: number) => Partial<Parameters<MeterTaker['take']>[0]> = () => ({})): Promise<Taken[]> =>
    Promise.all(Array.from({ length: times }, (_, number) => takerOf(number).take(takingOf(meters, but(number)))));
  const takenOf = (answers: readonly Taken[]): number => answers.filter(({ isTaken }) => isTaken).length;

  /** Whether `race` goes wrong, of at most so many tries, with the fault in place. */
  const finds = async (fault: Fault, race: () => Promise<boolean>, tries: number): Promise<boolean> => {
    const undo = await plant(testDatabase, fault);
    try {
      for (let attempt = 0; attempt < tries; attempt += 1) {
        // What is broken may also end in errors.
        if (!(await race().catch(() => false))) return true;
      }
      return false;
    } finally {
      await undo();
    }
  };

  /** Exactly the limit is taken, by whoever, and what refuses knows that it must. */
  const windowHolds = async (meter: Meter): Promise<boolean> => {
    const costs = Array.from({ length: 150 }, () => 1 + random.below(3));
    await takeAtOnce(1, [meter], () => ({ cost: 0 }));
    const answers = await takeAtOnce(costs.length, [meter], (number) => ({ cost: costs[number] ?? 1 }));
    const sum = answers.reduce((taken, { isTaken }, at) => taken + (isTaken ? (costs[at] ?? 0) : 0), 0);
    return sum <= meter.limit && answers.every(({ isTaken }, at) => isTaken || sum + (costs[at] ?? 0) > meter.limit);
  };

  test.each(['SLIDING', 'FIXED'] as const)('never take more than a %s limit together, and refuse nothing that it has room for', async (kind) => {
    for (let round = 0; round < 10; round += 1) expect(await windowHolds(windowOf(100, LONG_MS, { kind, name: anew() }))).toBe(true);
  });

  test('and were the rows not locked, this would show', async () => {
    expect(await finds(WINDOWS_UNLOCKED, () => windowHolds(windowOf(100, LONG_MS, { name: anew() })), 30)).toBe(true);
  });

  test('never take more than a short window holds, by the database\'s own clock, and refuse only where it is full', async () => {
    const [limit, windowMs] = [10, 200];
    const meter = windowOf(limit, windowMs, { name: anew() });
    const answers: Taken[] = [];
    const end = performance.now() + 1500;
    // Bursts, and now and then a pause that lets some of the window pass.
    while (performance.now() < end) {
      answers.push(...(await takeAtOnce(1 + random.below(8), [meter])));
      if (random.chance(0.3)) await sleep(random.below(windowMs));
    }
    const admitted = answers.filter(({ isTaken }) => isTaken).map(({ at }) => at.getTime());
    const within = (untilMs: number): number => admitted.filter((at) => at > untilMs - windowMs && at <= untilMs).length;
    expect(Math.max(...admitted.map(within))).toBeLessThanOrEqual(limit);
    const refused = answers.filter(({ isTaken }) => !isTaken);
    expect(Math.min(...refused.map(({ at }) => within(at.getTime())))).toBeGreaterThanOrEqual(limit);
    expect(admitted.length).toBeGreaterThan(limit);
  });

  test('take all of it or nothing, whatever else is being taken', async () => {
    const [scarce, ample] = [windowOf(40, LONG_MS, { name: anew() }), windowOf(5000, LONG_MS, { kind: 'FIXED', name: anew() })];
    const answers = await takeAtOnce(300, [ample, scarce]);
    expect(takenOf(answers)).toBe(40);
    const [left] = await takeAtOnce(1, [ample], () => ({ cost: 0 }));
    expect(left?.readings[0]?.remaining).toBe(5000 - 40);
  });

  /** Batches that name the same meters in any order, some of them for the first time. */
  const locksHold = async (): Promise<boolean> => {
    const meters = Array.from({ length: 24 }, (_, number) => windowOf(100_000, LONG_MS, { name: number % 4 === 0 ? anew() : `known_${number}`, scope: random.pick(['KEY', 'OWNER', 'TENANT']) }));
    const mixed = <Value>(values: readonly Value[]): Value[] => values.map((value) => ({ value, by: random.below(1e6) })).toSorted((a, b) => a.by - b.by).map(({ value }) => value);
    const batches = Array.from({ length: PROCESSES * 4 }, (_, number) => ({ number, takings: mixed(meters).map((meter) => takingOf([meter])) }));
    const ended = await Promise.allSettled(batches.map(({ number, takings }) => takeAll((databases[number % PROCESSES] as Database).meters, takings))); // `as`: there are so many
    // To be asked again at once: another was making the same meter, and nobody waits for anybody.
    return ended.every((one) => one.status === 'fulfilled' || (one.reason instanceof Error && 'code' in one.reason && one.reason.code === '40001'));
  };

  test('never wait for each other, in whatever order their batches name the meters, and whoever makes them', async () => {
    for (let round = 0; round < 60; round += 1) expect(await locksHold()).toBe(true);
  });

  test('and were the rows locked in any order, this would show', async () => {
    expect(await finds(ORDER_FORGOTTEN, locksHold, 30)).toBe(true);
  });

  /** Another holds the row: whoever waits for it decides by the time at which it comes. */
  const clockHolds = async (): Promise<boolean> => {
    const meter = windowOf(5, LONG_MS, { name: anew() });
    await takerOf(0).take(takingOf([meter]));
    const holder = await testDatabase.database.session();
    try {
      await holder.control('begin');
      await holder.control(`set local hoc.meter = 'on'`);
      await holder.run({ name: `test.${anew()}`, text: `select 1 from rate_windows where meter like $1 for update` }, [`%:${meter.name}:%`]);
      const answer = takerOf(1).take(takingOf([meter]));
      await sleep(100);
      const [row] = await holder.run<{ ms: number }>({ name: `test.${anew()}`, text: 'select hoc_meter_clock() as "ms"' }, []);
      await holder.control('commit');
      return (await answer).at.getTime() >= (row?.ms ?? Number.POSITIVE_INFINITY);
    } finally {
      holder.release(true);
    }
  };

  test('look at the clock once they hold all rows', async () => {
    expect(await clockHolds()).toBe(true);
  });

  test('and were it looked at before, this would show', async () => {
    expect(await finds(CLOCK_TOO_EARLY, clockHolds, 1)).toBe(true);
  });

  let creditKeys = 0;
  /** Two hundred who want one each of fifty credits; `disturb` does what it likes meanwhile. */
  const creditsHold = async (disturb: () => Promise<void> = async () => {}): Promise<boolean> => {
    creditKeys += 1;
    const meterId = `key_${creditKeys}`;
    await testDatabase.asOwner(`insert into key_credits values ('tnt_1', $1, 50, '2026-01-01')`, [meterId]);
    const meter = creditsOf(meterId);
    const asked = Promise.allSettled(Array.from({ length: 200 }, (_, number) => takerOf(number).take(takingOf([meter]))));
    await disturb();
    const ended = await asked;
    // Whoever got no answer asks again, until nobody does.
    const again: Taken[] = [];
    for (const one of ended) if (one.status === 'rejected') again.push(...(await takeAtOnce(1, [meter]).catch(() => [])));
    const told = takenOf([...ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), ...again]);
    const lost = ended.filter(({ status }) => status === 'rejected').length;
    const [row] = await testDatabase.asOwner<{ remaining: string }>(`select remaining::text from key_credits where meter_id = $1`, [meterId]);
    const spent = 50 - Number(row?.remaining);
    // All that was told was spent, and nothing was spent that nobody asked for.
    return told <= spent && spent <= 50 && spent - told <= lost && (lost > 0 || told === 50);
  };

  test('never spend more credits than there are', async () => {
    for (let round = 0; round < 8; round += 1) expect(await creditsHold()).toBe(true);
  });

  test('nor where their connections are killed in the middle of it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const held = await creditsHold(async () => {
        for (let kill = 0; kill < 3; kill += 1) {
          await sleep(random.below(6));
          await testDatabase.asOwner(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%hoc_take%' and pid <> pg_backend_pid()`);
        }
      });
      expect(held).toBe(true);
    }
  });

  test('and were the credits not locked, this would show', async () => {
    expect(await finds(CREDITS_UNLOCKED, () => creditsHold(), 20)).toBe(true);
  });

  const leasesHold = async (): Promise<boolean> => {
    const meterId = anew();
    await testDatabase.asOwner(`insert into key_slots values ('tnt_1', $1, 0, 0)`, [meterId]);
    const acquire = (): Promise<Taken[]> => takeAtOnce(80, [slotsOf(meterId, 10)], (number) => ({ keyId: 'key_1', lease: { id: `lse_${anew()}_${number}`, seconds: 600 } }));
    const first = takenOf(await acquire());
    const [row] = await testDatabase.asOwner<{ leases: number; held: number }>(
      `select (select count(*)::int from key_leases where meter_id = $1) as leases, held from key_slots where meter_id = $1`, [meterId],
    );
    return first === 10 && row?.leases === 10 && row.held === 10 && takenOf(await acquire()) === 0;
  };

  test('never hold more leases than a key has', async () => {
    for (let round = 0; round < 8; round += 1) expect(await leasesHold()).toBe(true);
  });

  test('and were the slots not locked, this would show', async () => {
    expect(await finds(SLOTS_UNLOCKED, leasesHold, 20)).toBe(true);
  });

  test('answer for the other tenants while somebody holds a row of one', async () => {
    const meterId = 'key_60';
    await testDatabase.asOwner(`insert into key_credits values ('tnt_1', $1, 9, '2026-01-01')`, [meterId]);
    const holder = await testDatabase.database.session();
    try {
      await holder.control('begin');
      await holder.control(`set local hoc.meter = 'on'`);
      await holder.run({ name: `test.${anew()}`, text: 'select 1 from key_credits where meter_id = $1 for update' }, [meterId]);
      const meter = windowOf(100, LONG_MS, { name: anew() });
      const wave = new MeterTaker((databases[0] as Database).meters); // `as`: there is one
      const stuck = Promise.allSettled([wave.take(takingOf([meter, creditsOf(meterId)]))]);
      const answers = await Promise.all([2, 3, 4, 5].map((tenant) => wave.take(takingOf([meter], { tenantId: `tnt_${tenant}` }))));
      expect(answers.map(({ isTaken }) => isTaken)).toStrictEqual([true, true, true, true]);
      expect(await stuck).toMatchObject([{ status: 'rejected', reason: { code: '55P03' } }]);
      await holder.control('commit');
      // And what could not be had was not taken.
      expect((await wave.take(takingOf([meter, creditsOf(meterId)]))).readings).toMatchObject([{ remaining: 99 }, { remaining: 8 }]);
    } finally {
      holder.release(false);
    }
  });

  test('decide by what is there when they come to it, also in a database whose transactions see one instant by default', async () => {
    const name = new URL(testDatabase.url ?? '').pathname.slice(1);
    await testDatabase.asOwner(`alter database ${name} set default_transaction_isolation = 'repeatable read'`);
    const others = [0, 1].map(() => openPostgres({ url: testDatabase.url ?? '' }));
    try {
      const meter = windowOf(100, LONG_MS, { name: anew() });
      const ended = await Promise.allSettled(Array.from({ length: 40 }, (_, number) => takeAll((others[number % 2] as Database).meters, [takingOf([meter]), takingOf([meter])]))); // `as`: there are two
      // Several may make it at once, and are to ask again; whoever finds it made waits its turn.
      const first = ended.filter(({ status }) => status === 'fulfilled').length;
      expect(first).toBeGreaterThan(0);
      const again = await Promise.all(Array.from({ length: 40 }, (_, number) => takeAll((others[number % 2] as Database).meters, [takingOf([meter], { cost: 0 })]))); // `as`: there are two
      expect(new Set(again.map(([taken]) => taken?.readings[0]?.remaining))).toStrictEqual(new Set([Math.max(0, 100 - 2 * first)]));
      await Promise.all(Array.from({ length: 40 }, (_, number) => takeAll((others[number % 2] as Database).meters, [takingOf([{ ...meter, limit: 1000 }])]))); // `as`: there are two
    } finally {
      await Promise.all(others.map((other) => other.close()));
      await testDatabase.asOwner(`alter database ${name} reset default_transaction_isolation`);
    }
  });

  test('release and take over at once: no lease is lost, and none is held twice', async () => {
    const [meterId, most] = [anew(), 5];
    let held: string[] = [];
    for (let round = 0; round < 30; round += 1) {
      const ids = Array.from({ length: 12 }, () => `lse_${anew()}`);
      const letGo = held.filter(() => random.chance(0.5));
      const [released, taken] = await Promise.all([
        Promise.all(letGo.flatMap((id, number) => [takerOf(number).release('tnt_1', 'key_1', id), takerOf(number + 1).release('tnt_1', 'key_1', id)])),
        takeAtOnce(ids.length, [slotsOf(meterId, most)], (number) => ({ lease: { id: ids[number] ?? '', seconds: 600 } })),
      ]);
      // Each was asked for twice, and released once.
      expect(released.filter(Boolean)).toHaveLength(letGo.length);
      held = [...held.filter((id) => !letGo.includes(id)), ...ids.filter((_, number) => taken[number]?.isTaken)];
      const stored = await testDatabase.asOwner<{ id: string }>(`select id from key_leases where meter_id = $1`, [meterId]);
      expect(stored.map(({ id }) => id).toSorted()).toStrictEqual(held.toSorted());
      expect(held.length).toBeLessThanOrEqual(most);
    }
  });
});
