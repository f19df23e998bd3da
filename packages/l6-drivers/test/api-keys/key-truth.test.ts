import { setTimeout as sleep } from 'node:timers/promises';
import type { RateLimit } from '@hoc/l7-models/rate-limit';
import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeyTruthReader } from '../../src/api-keys/key-truth.coalescer.ts';
import { askMany, askOne, type KeyQuestion } from '../../src/api-keys/key-truth.ts';
import { AT, keyRow, projectRow } from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';

describe.each(BACKENDS)('the truth about keys on %s', (backend) => {
  let testDatabase: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(backend);
    store = storeOf(testDatabase.database);
    for (const n of [1, 2, 3]) {
      const { id } = await makeTenant(store, n);
      await write(store, id, async ({ projects, keys }) => {
        await projects.insert(projectRow(id, n, { status: n === 2 ? 'ARCHIVED' : 'ACTIVE' }));
        for (let k = 0; k < 20; k += 1) {
          await keys.insert(keyRow(id, n * 100 + k, { projectId: k % 2 === 0 ? null : `prj_${n}`, grantable: k === 3 ? ['x:*'] : null, expiresAt: k === 4 ? AT : null }));
        }
      });
    }
  });
  afterAll(() => testDatabase.close());

  test('one statement for many and one statement for each give the same answers, in the order of the questions', async () => {
    const questions: KeyQuestion[] = [];
    for (const n of [1, 2, 3]) {
      for (let k = 0; k < 22; k += 1) questions.push({ tenantId: `tnt_${n}`, digests: k % 3 === 0 ? ['digest-none', `digest-${n * 100 + k}`] : [`digest-${n * 100 + k}`] });
    }
    questions.push({ tenantId: 'tnt_1', digests: ['digest-201'] }, { tenantId: 'tnt_none', digests: ['digest-101'] }, { tenantId: 'tnt_1', digests: [] });
    questions.push(...questions.slice(0, 5));
    const { truth } = testDatabase.database;
    const single = await Promise.all(questions.map((question) => askOne(truth, question)));
    expect(await askMany(truth, questions)).toStrictEqual(single);
    expect(single.filter((answer) => answer !== null)).toHaveLength(65);
    expect(single[1]).toStrictEqual({
      key: (({ tenantId, id, projectId, kind, name, environment, status, permissions, grantable, allowedResources, allowedAddresses, expiresAt, ownerRef, metadata, pepperId }) => ({
        tenantId, id, projectId, kind, name, environment, status, permissions, grantable, allowedResources, allowedAddresses, expiresAt, ownerRef, metadata, pepperId,
      }))(keyRow('tnt_1', 101, { projectId: 'prj_1' })),
      tenantStatus: 'ACTIVE',
      projectStatus: 'ACTIVE',
      meters: null,
    });
  });

  test('what meters a key is read with it, and a key that nothing meters is told so', async () => {
    const limit = (name: string): RateLimit => ({ name, limit: 10, windowMs: 1000, algorithm: 'SLIDING', mode: 'EXACT' });
    const { truth } = testDatabase.database;
    const metersOf = async (k: number): Promise<unknown> => (await askOne(truth, { tenantId: 'tnt_3', digests: [`digest-${k}`] }))?.meters;
    const none = { rateLimits: [], hasCredits: false, creditRefill: null, maxConcurrent: null, ownerRateLimits: [], tenantRateLimits: [] };
    const refill = { amount: 5, interval: 'DAILY' } as const;
    const metered = [
      keyRow('tnt_3', 401, { rateLimits: [limit('own')], meterId: 'key_300' }), keyRow('tnt_3', 402, { hasCredits: true, creditRefill: refill }), keyRow('tnt_3', 403, { maxConcurrent: 3 }),
      keyRow('tnt_3', 404, { ownerRef: 'user-7' }),
    ];
    await write(store, 'tnt_3', async ({ keys }) => Promise.all(metered.map((key) => keys.insert(key))));
    expect(await Promise.all([401, 402, 403, 404, 300].map(metersOf))).toStrictEqual([
      { ...none, meterId: 'key_300', rateLimits: [limit('own')] }, { ...none, meterId: 'key_402', hasCredits: true, creditRefill: refill },
      { ...none, meterId: 'key_403', maxConcurrent: 3 }, null, null,
    ]);
    await testDatabase.asOwner(`update tenants set owner_rate_limits = '${JSON.stringify([limit('owner')])}' where tenant_id = 'tnt_3'`);
    expect(await Promise.all([404, 300].map(metersOf))).toStrictEqual([{ ...none, meterId: 'key_404', ownerRateLimits: [limit('owner')] }, null]);
    await testDatabase.asOwner(`update tenants set rate_limits = '${JSON.stringify([limit('all')])}' where tenant_id = 'tnt_3'`);
    expect(await Promise.all([404, 300].map(metersOf))).toStrictEqual([
      { ...none, meterId: 'key_404', ownerRateLimits: [limit('owner')], tenantRateLimits: [limit('all')] }, { ...none, meterId: 'key_300', tenantRateLimits: [limit('all')] },
    ]);
  });

  test('a question that is asked after a change was committed sees the change, whatever is under way', async () => {
    const truth = new KeyTruthReader(testDatabase.database.truth);
    let isOver = false;
    const load = Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        while (!isOver) await truth.find('tnt_2', [`digest-${200 + (at % 20)}`]);
      }),
    );
    try {
      for (let round = 0; round < 60; round += 1) {
        const [from, to] = round % 2 === 0 ? (['ACTIVE', 'SUSPENDED'] as const) : (['SUSPENDED', 'ACTIVE'] as const);
        await write(store, 'tnt_2', ({ tenants }) => tenants.setStatus('tnt_2', from, to, AT));
        const answers = await Promise.all([truth.find('tnt_2', ['digest-200']), truth.find('tnt_2', ['digest-205'])]);
        expect([round, ...answers.map((answer) => answer?.tenantStatus)]).toStrictEqual([round, to, to]);
      }
    } finally {
      isOver = true;
      await load;
    }
  });
});

test('a lost verification connection is an outage for those who wait, and the next question makes a new one', async () => {
  const testDatabase = await createTestDatabase('postgres');
  try {
    const store = storeOf(testDatabase.database);
    await makeTenant(store, 1);
    await write(store, 'tnt_1', ({ keys }) => keys.insert(keyRow('tnt_1', 1)));
    const find = () => store.decide.truth.find('tnt_1', ['digest-1']);
    await Promise.all([find(), find(), find()]);
    for (let round = 0; round < 5; round += 1) {
      const asked = Array.from({ length: 20 }, () => find().then(() => 'answered', (error: unknown) => store.classify(error)));
      await testDatabase.asOwner('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
      expect((await Promise.all(asked)).filter((end) => end !== 'answered' && end !== 'OUTAGE')).toStrictEqual([]);
      await sleep(20);
      expect((await find())?.key.id).toBe('key_1');
    }
  } finally {
    await testDatabase.close();
  }
});

test('a verification that the server does not answer in time is an outage', async () => {
  const testDatabase = await createTestDatabase('postgres');
  try {
    const store = storeOf(testDatabase.database);
    await makeTenant(store, 1);
    await testDatabase.asOwner('begin');
    await testDatabase.asOwner('lock table api_keys in access exclusive mode');
    const error: unknown = await store.decide.truth.find('tnt_1', ['digest-1']).then(() => null, (reason: unknown) => reason);
    expect(store.classify(error)).toBe('OUTAGE');
    await testDatabase.asOwner('rollback');
    expect(await store.decide.truth.find('tnt_1', ['digest-1'])).toBeNull();
  } finally {
    await testDatabase.close();
  }
});
