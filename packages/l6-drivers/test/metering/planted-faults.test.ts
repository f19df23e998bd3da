import { createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SetClock } from './clock.ts';
import { plant, type Fault } from './planted.ts';
import { prepareWorld, World } from './world.ts';

const FAULTS: readonly Fault[] = [
  { says: 'one more is taken than the limit', changes: [['used[which] + costs[d] > limits[d]', 'used[which] + costs[d] > limits[d] + 1']] },
  { says: 'one is refused that there is room for', changes: [['used[which] + costs[d] > limits[d]', 'used[which] + costs[d] >= limits[d] AND costs[d] > 0']] },
  { says: 'what expires now still counts', changes: [['width_bucket(now_ms, r.expires)', 'width_bucket(now_ms - 1, r.expires)']] },
  { says: 'what was taken does not go back with the clock', changes: [['e.expiry - greatest(r.at - now_ms, 0)', 'e.expiry']] },
  { says: 'a fixed window of the future stays', changes: [['least(e.expiry, now_ms - now_ms % w.tick + w.span)', 'e.expiry']] },
  { says: 'a tick that ends before another is told apart', changes: [['expires = CASE WHEN r.expires[cardinality(r.expires)] >= w.expiry', 'expires = CASE WHEN r.expires[cardinality(r.expires)] > w.expiry']] },
  { says: 'refused takings take', changes: [['is_taken := false;\n        EXIT;', 'EXIT;']] },
  { says: 'a clock that hangs around midnight refills twice', changes: [['ELSE greatest(k.period, today) END', 'ELSE today END']] },
  { says: 'a refill adds', changes: [['greatest(k.remaining, c.amount)', 'k.remaining + c.amount']] },
  { says: 'credits are used up once by each refill', changes: [['used[twin] := used[which];\n            twin := twin - 1;', 'twin := twin - 1;'], ['used[twin] := used[which];\n            twin := twin + 1;', 'twin := twin + 1;']] },
  { says: 'a lease that ends now is held', changes: [['l.expires_at <= timestamptz', 'l.expires_at < timestamptz']] },
  { says: 'leases stay where the clock was', changes: [['l.expires_at - (part_ats[slot] - now_ms) *', 'l.expires_at - 0 *']] },
  { says: 'a refusal is told to wait for one less', changes: [['+ need - 1, r.sums)', '+ need - 2, r.sums)']] },
];
const FAULT_TRIES = 30;

/** The function is the same on both databases; this one is the faster. */
describe('the model of meters, on postgres', () => {
  let database: TestDatabase;
  let clock: SetClock;

  beforeAll(async () => {
    database = await createTestDatabase('postgres');
    clock = await prepareWorld(database);
  });
  afterAll(() => database.close());

  test.each(FAULTS.map((fault) => [fault.says, fault] as const))('notices where %s', async (_, fault) => {
    const undo = await plant(database, fault);
    try {
      const isNoticed = async (): Promise<boolean> => {
        const world = await World.begin(database, clock);
        return world.agrees(true).then(() => false, () => true);
      };
      let tries = 0;
      while (tries < FAULT_TRIES && !(await isNoticed())) tries += 1;
      expect(tries).toBeLessThan(FAULT_TRIES);
    } finally {
      await undo();
    }
  });
});
