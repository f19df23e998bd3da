import { createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Taking } from '../../src/metering/meter.ts';
import { takeAll } from '../../src/metering/take.ts';
import { slotsOf, takingOf, windowOf } from './takings.ts';

const METERS = 3000;
const BATCH = 50;
/** Each row is locked by one look, and read and written where it lies; a row of what was before may still be in the way. */
const LOOKS = 4;

const taking = (n: number): Taking =>
  takingOf([windowOf(1_000_000, 60_000, { scopeId: `key_${n}` }), slotsOf(`key_${n}`, 1000)], { keyId: `key_${n}`, lease: { id: crypto.randomUUID(), seconds: 60 } });

describe('looking up meters, on postgres', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase('postgres');
  });
  afterAll(() => database.close());

  const rowsRead = async (): Promise<number> => {
    // Whoever has counted says so when it is idle, or when it is told to.
    await database.database.meters.run({ name: 'test.flush', text: 'select pg_stat_force_next_flush()' }, []);
    await database.asOwner('select pg_stat_clear_snapshot()');
    const [row] = await database.asOwner<{ read: string }>(
      `select sum(idx_tup_read)::text as read from pg_stat_user_indexes where relname in ('rate_windows', 'key_slots', 'key_leases')`,
    );
    const [scanned] = await database.asOwner<{ read: string }>(`select sum(seq_tup_read)::text as read from pg_stat_user_tables where relname in ('rate_windows', 'key_slots', 'key_leases')`);
    return Number(row?.read) + Number(scanned?.read);
  };

  test('asks for the rows of the batch and no others, whatever the statistics say', async () => {
    // What is planned now is planned for empty tables.
    await database.asOwner('alter table rate_windows set (autovacuum_enabled = off)');
    await database.asOwner('alter table key_slots set (autovacuum_enabled = off)');
    await database.asOwner('alter table key_leases set (autovacuum_enabled = off)');
    await database.asOwner('analyze');
    for (let first = 0; first < METERS; first += 500) await takeAll(database.database.meters, Array.from({ length: 500 }, (_, at) => taking(first + at)));
    // Both lanes, and more often than a plan is made anew.
    for (let round = 0; round < 12; round += 1) {
      const before = await rowsRead();
      await Promise.all([0, 1].map((lane) => takeAll(database.database.meters, Array.from({ length: BATCH }, (_, at) => taking(((round * 2 + lane) * 101 + at * 37) % METERS)))));
      // Only lanes that were free at once have told what they read.
      await Promise.all([0, 1].map(() => database.database.meters.run({ name: 'test.flush', text: 'select pg_stat_force_next_flush()' }, [])));
      const read = (await rowsRead()) - before;
      expect(read).toBeGreaterThan(0);
      expect(read).toBeLessThan(2 * BATCH * 2 * LOOKS );
    }
  });
});
