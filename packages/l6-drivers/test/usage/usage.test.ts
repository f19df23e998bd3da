import { OutageError } from '@hoc/l6-drivers/database/outage';
import { openPostgres } from '@hoc/l6-drivers/database/postgres';
import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { UsageCount } from '../../src/usage/usage.driver.ts';
import { USAGE_RECORDER_LIMITS, UsageRecorder, type Use } from '../../src/usage/usage-recorder.ts';
import { keepUsagePartitions } from '../../src/usage/usage-partitions.ts';
import { setClockOf, type SetClock } from '../metering/clock.ts';
import { makeTenant, storeOf, type Store } from '../store.ts';

const DAY = Date.UTC(2026, 2, 31);
const HOUR_MS = 3_600_000;
const at = (hour: number, minute = 0): Date => new Date(DAY + hour * HOUR_MS + minute * 60_000);

describe.each(BACKENDS)('usage on %s', (backend) => {
  let database: TestDatabase;
  let store: Store;
  let clock: SetClock;
  let recorder: UsageRecorder;
  const use = (keyId: string, hour: number, but: Partial<Use> = {}): Use => ({ tenantId: 'tnt_1', keyId, verdict: 'VALID', at: at(hour, 30), address: null, ...but });
  const months = async (): Promise<string[]> => {
    const rows = await database.asOwner<{ name: string }>(`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'usage_hours'::regclass order by 1`);
    return rows.map(({ name }) => name);
  };
  const rowsIn = async (table: string): Promise<number> => (await database.asOwner<{ count: number }>(`select count(*)::int as count from ${table}`))[0]?.count ?? -1;
  const counts = (keyId: string | null, bucket: 'HOUR' | 'DAY', from: Date = at(0), to: Date = at(48)): Promise<UsageCount[]> =>
    store.read('tnt_1', ({ usage }) => usage.counts('tnt_1', { keyId, from, to, bucket }));

  beforeAll(async () => {
    database = await createTestDatabase(backend);
    clock = await setClockOf(database, DAY);
    store = storeOf(database.database);
    await makeTenant(store, 1);
    await makeTenant(store, 2);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const month of await months()) await database.asOwner(month === 'usage_hours_rest' ? 'delete from usage_hours_rest' : `drop table ${month}`);
    await database.asOwner('delete from key_activity');
    recorder = new UsageRecorder(database.database);
    await clock.set(DAY);
  });

  test('is read by hours and by days, of a key or of the tenant, of the hours that were asked for', async () => {
    recorder.record(use('key_1', 1));
    recorder.record(use('key_1', 1, { verdict: 'RATE_LIMITED' }));
    recorder.record(use('key_2', 1));
    recorder.record(use('key_1', 23));
    recorder.record(use('key_1', 24));
    recorder.record(use('key_1', 1, { tenantId: 'tnt_2' }));
    await recorder.flush();
    const [one, last, next] = [at(1), at(23), at(24)];
    expect(await counts('key_1', 'HOUR')).toStrictEqual([
      { start: one, verdict: 'RATE_LIMITED', count: 1 }, { start: one, verdict: 'VALID', count: 1 }, { start: last, verdict: 'VALID', count: 1 }, { start: next, verdict: 'VALID', count: 1 },
    ]);
    expect(await counts(null, 'DAY')).toStrictEqual([{ start: at(0), verdict: 'RATE_LIMITED', count: 1 }, { start: at(0), verdict: 'VALID', count: 3 }, { start: next, verdict: 'VALID', count: 1 }]);
    expect(await counts('key_1', 'HOUR', at(23), at(24))).toStrictEqual([{ start: last, verdict: 'VALID', count: 1 }]);
    expect(await counts('key_3', 'DAY')).toStrictEqual([]);
  });

  test('adds to what is there, and to what another server has written', async () => {
    for (let flush = 0; flush < 2; flush += 1) {
      for (let n = 0; n < 3; n += 1) recorder.record(use('key_1', 5));
      await recorder.flush();
    }
    const other = new UsageRecorder(database.database);
    other.record(use('key_1', 5));
    await other.stop();
    expect(await counts('key_1', 'HOUR')).toStrictEqual([{ start: at(5), verdict: 'VALID', count: 7 }]);
  });

  test('adds up what an outage kept waiting and what was counted meanwhile', async () => {
    const { meters } = database.database;
    let isAway = true;
    recorder = new UsageRecorder({ meters: { run: (statement, params) => (isAway ? Promise.reject(new OutageError('away')) : meters.run(statement, params)) } });
    for (const hour of [5, 6, 5]) {
      recorder.record(use('key_1', hour));
      await recorder.flush();
    }
    isAway = false;
    recorder.record(use('key_1', 5));
    await recorder.flush();
    expect(await counts('key_1', 'HOUR')).toStrictEqual([{ start: at(5), verdict: 'VALID', count: 3 }, { start: at(6), verdict: 'VALID', count: 1 }]);
    expect(recorder.lost).toBe(0);
  });

  test.each([
    ['of one hour', (number: number): Date => at(5, number)], ['of different hours', (number: number): Date => at(number)],
  ])('tells the last allowed use of a key, whoever wrote it last, and as much of its address as its network: %s', async (_, time) => {
    const activity = (): Promise<unknown> => store.read('tnt_1', ({ usage }) => usage.activityOf('tnt_1', ['key_1', 'key_2', 'key_3']));
    const used = (number: number, but: Partial<Use> = {}): void => recorder.record(use('key_1', 0, { at: time(number), ...but }));
    used(5, { address: '203.0.113.77' });
    used(6, { verdict: 'FORBIDDEN_ADDRESS', address: '198.51.100.1' });
    recorder.record(use('key_2', 6, { verdict: 'EXPIRED' }));
    await recorder.flush();
    expect(await activity()).toStrictEqual([{ tenantId: 'tnt_1', keyId: 'key_1', lastUsedAt: time(5), lastAddress: '203.0.113.0/24', verifications: 1 }]);
    // An older use comes later, and one that names no address.
    used(4, { address: '2001:db8:7:8::1' });
    await recorder.flush();
    used(7);
    await recorder.flush();
    expect(await activity()).toStrictEqual([{ tenantId: 'tnt_1', keyId: 'key_1', lastUsedAt: time(7), lastAddress: '203.0.113.0/24', verifications: 3 }]);
    used(8, { address: '2001:db8:7:8::1' });
    await recorder.flush();
    used(9, { address: 'no address' });
    await recorder.flush();
    expect(await activity()).toStrictEqual([{ tenantId: 'tnt_1', keyId: 'key_1', lastUsedAt: time(9), lastAddress: '2001:db8:7::/48', verifications: 5 }]);
  });

  test('an address that a later use did not name is that of an older one, also where that comes later, and in another hour', async () => {
    for (const [key, hour] of [['key_1', 5], ['key_2', 4]] as const) {
      recorder.record(use(key, 5));
      await recorder.flush();
      recorder.record(use(key, hour, { at: at(hour, 1), address: '203.0.113.77' }));
      await recorder.flush();
    }
    const told = await store.read('tnt_1', ({ usage }) => usage.activityOf('tnt_1', ['key_1', 'key_2']));
    expect(told.map(({ lastUsedAt, lastAddress }) => ({ lastUsedAt, lastAddress }))).toStrictEqual([1, 2].map(() => ({ lastUsedAt: at(5, 30), lastAddress: '203.0.113.0/24' })));
  });

  test('has a place for the present month and those ahead, to which goes what came before there was one', async () => {
    recorder.record(use('key_1', 1, { verdict: 'EXPIRED' }));
    recorder.record(use('key_1', 24, { verdict: 'EXPIRED' }));
    recorder.record(use('key_1', 24 * 40, { verdict: 'EXPIRED' }));
    await recorder.flush();
    expect(await rowsIn('usage_hours_rest')).toBe(3);
    expect(await keepUsagePartitions(database.database, { keepMonths: 2, aheadMonths: 1 })).toStrictEqual({ made: ['usage_hours_2026_03', 'usage_hours_2026_04'], dropped: [] });
    expect([await rowsIn('usage_hours_2026_03'), await rowsIn('usage_hours_2026_04'), await rowsIn('usage_hours_rest')]).toStrictEqual([1, 1, 1]);
    recorder.record(use('key_1', 1, { verdict: 'EXPIRED' }));
    await recorder.flush();
    expect(await counts('key_1', 'HOUR', at(0), at(2))).toStrictEqual([{ start: at(1), verdict: 'EXPIRED', count: 2 }]);
    expect(await keepUsagePartitions(database.database, { keepMonths: 2, aheadMonths: 1 })).toStrictEqual({ made: [], dropped: [] });
  });

  test('is kept for as many months as are wanted, and dropped by the month, also where no month had a place', async () => {
    await keepUsagePartitions(database.database, { keepMonths: 2, aheadMonths: 0 });
    recorder.record(use('key_1', 1, { verdict: 'EXPIRED' }));
    recorder.record(use('key_1', -24 * 40, { verdict: 'EXPIRED' }));
    await recorder.flush();
    await clock.set(Date.UTC(2026, 3, 30, 23, 59));
    expect(await keepUsagePartitions(database.database, { keepMonths: 2, aheadMonths: 0 })).toStrictEqual({ made: ['usage_hours_2026_04'], dropped: [] });
    // February had no month of its own, and is not kept any more.
    expect([await rowsIn('usage_hours_rest'), await rowsIn('usage_hours_2026_03')]).toStrictEqual([0, 1]);
    await clock.set(Date.UTC(2026, 4, 1));
    expect(await keepUsagePartitions(database.database, { keepMonths: 2, aheadMonths: 1 })).toStrictEqual({
      made: ['usage_hours_2026_05', 'usage_hours_2026_06'], dropped: ['usage_hours_2026_03'],
    });
    expect(await months()).toStrictEqual(['usage_hours_2026_04', 'usage_hours_2026_05', 'usage_hours_2026_06', 'usage_hours_rest']);
  });

  test('no month is dropped that is the present one, whatever is asked for', async () => {
    for (const [keepMonths, aheadMonths] of [[0, 1], [-5, 1], [1, -1], [1, 1000]] as const) {
      await expect(keepUsagePartitions(database.database, { keepMonths, aheadMonths })).rejects.toMatchObject({ code: '22023' });
    }
  });

  test('a month that is made belongs to nobody but its table', async () => {
    await keepUsagePartitions(database.database, { keepMonths: 1, aheadMonths: 0 });
    const session = await database.database.session();
    await expect(session.run({ name: 'test.partition', text: 'select 1 from usage_hours_2026_03' }, [])).rejects.toMatchObject({ code: '42501' });
    session.release(false);
    const [row] = await database.asOwner<{ secured: boolean; checks: number }>(
      `select relrowsecurity as secured, (select count(*)::int from pg_constraint where conrelid = c.oid and contype in ('c', 'p')) as checks from pg_class as c where relname = 'usage_hours_2026_03'`,
    );
    expect(row).toStrictEqual({ secured: true, checks: 2 });
  });
});

/** One connection does not race with itself. */
describe('servers that count at once, on postgres', () => {
  test('write the same keys in any order, while months are made and dropped: nothing is lost, and nothing waits for good', async () => {
    const database = await createTestDatabase('postgres');
    const servers = [0, 1, 2].map(() => openPostgres({ url: database.url ?? '' }));
    const troubles: unknown[] = [];
    try {
      await makeTenant(storeOf(database.database), 1);
      const recorders = servers.map((server) => new UsageRecorder(server, { ...USAGE_RECORDER_LIMITS, maxWritten: 100 }, (error) => troubles.push(error)));
      let uses = 0;
      for (let round = 0; round < 12; round += 1) {
        for (const [server, recorder] of recorders.entries()) {
          for (let n = 0; n < 300; n += 1) {
            recorder.record({ tenantId: 'tnt_1', keyId: `key_${server % 2 === 0 ? n : 299 - n}`, verdict: n % 3 === 0 ? 'VALID' : 'REVOKED', at: new Date(Date.now() + (n % 2) * 28 * 86_400_000), address: null });
            uses += 1;
          }
        }
        const keep = round === 5 ? keepUsagePartitions(database.database, { keepMonths: 2, aheadMonths: 2 }) : null;
        await Promise.all([...recorders.map((recorder) => recorder.flush()), keep]);
      }
      for (const recorder of recorders) await recorder.stop();
      const [row] = await database.asOwner<{ uses: number }>('select ((select sum(count) from usage_hours) + (select sum(hour_count) from key_activity))::int as uses');
      expect([troubles, row?.uses]).toStrictEqual([[], uses]);
    } finally {
      await Promise.all(servers.map((server) => server.close()));
      await database.close();
    }
  });
});
