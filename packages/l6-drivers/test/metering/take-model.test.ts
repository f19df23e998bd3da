import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SetClock } from './clock.ts';
import { prepareWorld, World } from './world.ts';

describe.each(BACKENDS)('what meters decide, on %s', (backend) => {
  let database: TestDatabase;
  let clock: SetClock;

  beforeAll(async () => {
    database = await createTestDatabase(backend);
    clock = await prepareWorld(database);
  });
  afterAll(() => database.close());

  test.each([['that only goes on', false], ['that is set back at times', true]])('is what an exact model decides, under a clock %s', async (_, canStepBack) => {
    const world = await World.begin(database, clock);
    await expect(world.agrees(canStepBack)).resolves.toBeUndefined();
  });
});
