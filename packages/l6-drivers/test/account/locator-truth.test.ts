import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LocatorTruthReader } from '../../src/account/locator-truth.ts';
import { Coalescer, COALESCER_LIMITS } from '../../src/database/coalescer.ts';
import { OutageError } from '../../src/database/outage.ts';
import { makeTenant, storeOf } from '../store.ts';

describe.each(BACKENDS)('where locators lead, on %s', (backend) => {
  let testDatabase: TestDatabase;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(backend);
    const store = storeOf(testDatabase.database);
    for (const n of [1, 2, 3]) await makeTenant(store, n);
    await testDatabase.asOwner(`insert into tenant_locators (locator, tenant_id, created_at) select 'loc' || n, 'tnt_' || n, now() from generate_series(1, 3) as n on conflict do nothing`);
  });
  afterAll(() => testDatabase.close());

  const readerOf = (maxWaiting = COALESCER_LIMITS.maxWaiting): LocatorTruthReader => new LocatorTruthReader(new Coalescer(testDatabase.database.truth, { ...COALESCER_LIMITS, maxWaiting }));

  test('one alone, many at once and the same twice lead where they do, and those that nobody has lead nowhere', async () => {
    const reader = readerOf();
    expect([await reader.resolve('loc2'), await reader.resolve('none')]).toEqual(['tnt_2', null]);
    const asked = ['loc3', 'none', 'loc1', 'loc3', "o'ne", 'LOC1', '', '{"a",\\}', 'loc2'];
    expect(await Promise.all(asked.map((locator) => reader.resolve(locator)))).toEqual(['tnt_3', null, 'tnt_1', 'tnt_3', null, null, null, null, 'tnt_2']);
  });

  test('locators that are made up wait in a queue that has an end: whoever comes when it is full is told so at once', async () => {
    const reader = readerOf(20);
    const answers = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => reader.resolve(`made up ${n}`)));
    expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => ({ status: 'fulfilled', value: null })));
    expect(answers.slice(20).filter((answer) => answer.status === 'fulfilled' || !(answer.reason instanceof OutageError))).toEqual([]);
    expect(await reader.resolve('loc1')).toBe('tnt_1');
  });
});
