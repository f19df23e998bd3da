import type { Database } from '@hoc/l6-drivers/database/database';
import { openPostgres } from '@hoc/l6-drivers/database/postgres';
import type { Sql } from '@hoc/l6-drivers/database/sql';
import { createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { KEY_VERDICTS } from '@hoc/l7-models/enums';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { closeHours } from '../../src/usage/close-hours.ts';
import { HOUR_MS, VALID, type KeyHour } from '../../src/usage/key-hour.ts';
import { UsageReader } from '../../src/usage/usage.driver.ts';
import { writeUsage } from '../../src/usage/usage-flush.ts';
import { keepUsagePartitions } from '../../src/usage/usage-partitions.ts';
import { plant, type Fault } from '../metering/planted.ts';
import { Random } from '../metering/random.ts';
import { makeTenant, storeOf } from '../store.ts';
import { someHours, storedUsage, UsageModel, type Usage } from './model.ts';
import { writeAsBefore } from './version-before.ts';

const SERVERS = 3;
const FLUSHES = 30;
const FIRST_HOUR = Date.UTC(2026, 2, 31) / HOUR_MS;
const KEYS = [1, 2, 3, 4, 5].map((number) => ({ tenantId: `tnt_${number % 2}`, keyId: `key_${number}` }));

const usedOnce = (number: number, hour: number): KeyHour => ({
  tenantId: 'tnt_1', keyId: `key_${number}`, hour, counts: KEY_VERDICTS.map((_, verdict) => (verdict === VALID ? 1 : 0)), lastUsedMs: hour * HOUR_MS, address: null,
});
const sumOf = (counts: readonly { readonly count: number }[]): number => counts.reduce((sum, { count }) => sum + count, 0);

const OF_ANOTHER_HOUR = 'exists (select from key_activity as k where k.tenant_id = u.tenant and k.key_id = u.key and k.hour is distinct from u.hour)';
const ORDER = 'ORDER BY u.tenant COLLATE "C", u.key COLLATE "C"';
const FAULTS: readonly Fault[] = [
  { says: 'rows of another hour are read without a lock', changes: [[ORDER, `WHERE NOT ${OF_ANOTHER_HOUR} ${ORDER}`]] },
  { says: 'rows are locked in any order', changes: [[ORDER, 'ORDER BY random()']] },
  { says: 'whoever is last says which hour is open', changes: [['hour = greatest(m.open_hour, m.hour)', 'hour = m.hour'], ['CASE WHEN m.open_hour > m.hour THEN m.open_count ELSE m.count END', 'm.count']] },
  { says: 'an hour that passes is forgotten', changes: [['WHERE m.open_hour IS NOT NULL', 'WHERE m.open_hour > m.hour']] },
  { says: 'whatever the hour is, it counts in the one that is open', changes: [['WHERE a.hour = excluded.hour;', ';']] },
];
const FAULT_TRIES = 20;

/** One connection does not race with itself. */
describe('servers that count the same keys at once, on postgres', () => {
  let testDatabase: TestDatabase;
  let servers: Database[];
  const random = new Random();

  beforeAll(async () => {
    process.stdout.write(`usage raced for: METER_SEED=${random.seed}\n`);
    testDatabase = await createTestDatabase('postgres');
    await makeTenant(storeOf(testDatabase.database), 1);
    servers = Array.from({ length: SERVERS }, () => openPostgres({ url: testDatabase.url ?? '' }));
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await testDatabase.close();
  });
  beforeEach(() => empty());

  const empty = async (): Promise<void> => {
    await testDatabase.asOwner('delete from usage_hours');
    await testDatabase.asOwner('delete from key_activity');
  };

  const shuffled = (length: number): number[] =>
    Array.from({ length }, (_, number) => ({ number, rank: random.below(1_000_000) })).toSorted((one, other) => one.rank - other.rank).map(({ number }) => number);

  /** Waits for all, and throws where one failed. */
  const all = async (writers: readonly Promise<unknown>[]): Promise<void> => {
    const failed = (await Promise.allSettled(writers)).find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };

  /** Whether one of some tries goes wrong, or fails. */
  const isNoticed = async (isRight: (attempt: number) => Promise<boolean>): Promise<boolean> => {
    for (let attempt = 0; attempt < FAULT_TRIES; attempt += 1) if (!(await isRight(attempt).catch(() => false))) return true;
    return false;
  };
  const withFault = async <Value>(fault: Fault, name: string, work: () => Promise<Value>): Promise<Value> => {
    const undo = await plant(testDatabase, fault, name);
    try {
      return await work();
    } finally {
      await undo();
    }
  };

  /**
   * Both lanes of every server write some hours of the same keys, again and again, while hours begin; one lane does as the version before did.
   * Answers what is stored, and what should be; throws where a write fails.
   */
  const race = async (keys: typeof KEYS = KEYS): Promise<Record<'stored' | 'expected', Usage>> => {
    await empty();
    const model = new UsageModel();
    let newest = FIRST_HOUR;
    const lane = async (sql: Sql, number: number): Promise<void> => {
      for (let flush = 0; flush < FLUSHES; flush += 1) {
        newest += random.chance(0.1) ? 1 : 0;
        const isBefore = number === 0;
        const hours = someHours(random, keys, isBefore ? [newest - random.below(2)] : [newest - 2, newest - 1, newest]);
        await (isBefore ? writeAsBefore(sql, hours) : writeUsage(sql, hours));
        model.add(hours, !isBefore);
      }
    };
    await all(servers.flatMap(({ meters }, server) => [lane(meters, server * 2), lane(meters, server * 2 + 1)]));
    return { stored: await storedUsage(testDatabase), expected: model.usage() };
  };

  test('every verification is counted once, in its hour, and nobody waits for good', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { stored, expected } = await race();
      expect(stored).toStrictEqual(expected);
    }
  });

  test.each(FAULTS.map((fault) => [fault.says, fault] as const))('which is noticed where %s', async (_, fault) => {
    const isRight = async (attempt: number): Promise<boolean> => {
      // Of one key, no two wait for each other: what is wrong then is what is counted.
      const { stored, expected } = await race(attempt % 2 === 0 ? KEYS.slice(0, 1) : KEYS);
      return stored.join() === expected.join();
    };
    expect(await withFault(fault, 'hoc_count_usage', () => isNoticed(isRight))).toBe(true);
  });

  /**
   * Keys that were last used in a month that is not kept any more are used again, while their open hours are closed. Answers whether nothing but
   * those uses is counted in the end; throws where somebody fails.
   */
  const isWokenUp = async (): Promise<boolean> => {
    await empty();
    const present = Math.floor(Date.now() / HOUR_MS);
    for (const number of shuffled(60)) await writeUsage(testDatabase.database.meters, [usedOnce(number, present - 24 * 100)]);
    const keep = async (): Promise<void> => {
      await keepUsagePartitions(testDatabase.database, { keepMonths: 2, aheadMonths: 0 });
      await closeHours(testDatabase.database.meters, 2, 7);
    };
    const flush = async ({ meters }: Database): Promise<void> => {
      for (let part = 0; part < 3; part += 1) await writeUsage(meters, shuffled(60).slice(0, 30).map((number) => usedOnce(number, present)));
    };
    await all([...servers.map(flush), keep()]);
    await keep();
    const told = await new UsageReader(testDatabase.database.meters).counts('tnt_1', { keyId: null, from: new Date(0), to: new Date((present + 1) * HOUR_MS), bucket: 'HOUR' });
    return told.length === 1 && told[0]?.start.getTime() === present * HOUR_MS && sumOf(told) === SERVERS * 3 * 30;
  };

  test('keys that wake up after their month was dropped are counted, and what was dropped is gone: nobody waits for good', async () => {
    for (let round = 0; round < 5; round += 1) expect(await isWokenUp()).toBe(true);
  });

  /**
   * Counts three keys in four flushes of each hour, and asks meanwhile, where each statement sees what is there when it begins. Answers whether
   * each answer was of whole flushes, and of all that had been written by then.
   */
  const isReadWhole = async (ask: (sql: Sql) => Promise<number>): Promise<boolean> => {
    await empty();
    let [begun, written, isWhole] = [0, 0, true];
    const write = async (sql: Sql): Promise<void> => {
      for (let flush = 0; flush < 200; flush += 1) {
        begun += 3;
        await writeUsage(sql, [1, 2, 3].map((number) => usedOnce(number, FIRST_HOUR + Math.floor(flush / 4))));
        written += 3;
      }
    };
    const read = async ({ meters: sql }: Database): Promise<void> => {
      while (written < 200 * 3) {
        const least = written;
        const told = await ask(sql);
        isWhole &&= told >= least && told <= begun && told % 3 === 0;
      }
    };
    await Promise.all([write(testDatabase.database.meters), ...servers.map(read)]);
    return isWhole;
  };

  test('whoever reads while hours close sees each count once: of the tenant, and of its keys', async () => {
    const question = { from: new Date(FIRST_HOUR * HOUR_MS), to: new Date((FIRST_HOUR + 100) * HOUR_MS), bucket: 'DAY' } as const;
    expect(await isReadWhole(async (sql) => sumOf(await new UsageReader(sql).counts('tnt_1', { ...question, keyId: null })))).toBe(true);
    expect(await isReadWhole(async (sql) => 3 * sumOf(await new UsageReader(sql).counts('tnt_1', { ...question, keyId: 'key_1' })))).toBe(true);
  });

  test('which is noticed where a reader asks for the hours that have passed and for the open ones one after the other', async () => {
    const told = async (sql: Sql): Promise<number> => {
      const closed = await sql.run<{ count: number }>({ name: 'test.closed', text: `select count from usage_hours where tenant_id = 'tnt_1'` }, []);
      const open = await sql.run<{ count: number }>({ name: 'test.open', text: `select hour_count as count from key_activity where tenant_id = 'tnt_1'` }, []);
      return sumOf([...closed, ...open]);
    };
    expect(await isNoticed(() => isReadWhole(told))).toBe(true);
  });
});
