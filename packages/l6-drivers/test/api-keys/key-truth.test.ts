import { setTimeout as sleep } from 'node:timers/promises';
import type { RateLimit } from '@hoc/l7-models/rate-limit';
import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY_TRUTH, KeyTruthReader, type KeyQuestion, type KeyTruth } from '../../src/api-keys/key-truth.ts';
import { Coalescer } from '../../src/database/coalescer.ts';
import type { TextSql } from '../../src/database/sql.ts';
import { PLATFORM } from '@hoc/l7-models/platform';
import { AT, keyRow, OPERATOR, projectRow, tokenRow } from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';

/** What lies between the database and those who ask it. */
interface Network {
  pass(ms: number): Promise<void>;
}

/** Nothing: PGlite answers in the turn of the event loop in which it is asked, and no timer would ever come between. */
const NO_NETWORK: Network = { pass: async () => {} };
const SLOW_NETWORK: Network = { pass: (ms) => sleep(ms) };

/** The same database, whose answers come back over a network. */
const over = (network: Network, truth: TextSql): TextSql => ({
  run: (statement, params) => truth.run(statement, params),
  texts: async (statements) => {
    const rows = await truth.texts(statements);
    await network.pass(20);
    return rows;
  },
});

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
    const ask = async (asked: readonly KeyQuestion[]): Promise<readonly (KeyTruth | null)[]> => KEY_TRUTH.answers((await truth.texts([KEY_TRUTH.ask(asked)]))[0] ?? [], asked);
    const single = (await Promise.all(questions.map((question) => ask([question])))).flat();
    expect(await ask(questions)).toStrictEqual(single);
    expect(single.filter((answer) => answer !== null)).toHaveLength(65);
    expect(single[1]).toStrictEqual({
      key: (({ tenantId, id, projectId, kind, name, environment, status, permissions, allowedResources, allowedAddresses, expiresAt, ownerRef, metadata, pepperId }) => ({
        tenantId, id, projectId, kind, name, environment, status, permissions, allowedResources, allowedAddresses, expiresAt, ownerRef, metadata, pepperId,
      }))(keyRow('tnt_1', 101, { projectId: 'prj_1' })),
      tenantStatus: 'ACTIVE',
      projectStatus: 'ACTIVE',
      meters: null,
    });
  });

  test('a key is read as it was written, whatever its lists, its metadata and its end are', async () => {
    const list = ['a,b', '"quoted"', String.raw`back\slash`, '{curly}', 'NULL', 'null', '', ' ', 'ü', 'line\nbreak', 'plain'];
    const odd = [
      keyRow('tnt_3', 410, { allowedResources: list, metadata: { list, deep: { '"': [null, 1.5, '{}'] } } }),
      keyRow('tnt_3', 411, { permissions: ['a:b', 'c:*'], allowedAddresses: ['::/0', '10.0.0.0/8'], expiresAt: new Date('2031-02-03T04:05:06.789Z') }),
      keyRow('tnt_3', 412, { permissions: [], allowedResources: ['NULL'], allowedAddresses: ['only'], ownerRef: 'null', expiresAt: new Date('0044-03-15T00:00:00Z') }),
    ];
    await write(store, 'tnt_3', async ({ keys }) => Promise.all(odd.map((key) => keys.insert(key))));
    const found = await Promise.all(odd.map(({ digest }) => store.decide.truth.find('tnt_3', [digest])));
    for (const [at, key] of odd.entries()) expect({ ...key, ...found[at]?.key }).toStrictEqual(key);
  });

  test('what meters a key is read with it, and a key that nothing meters is told so', async () => {
    const limit = (name: string): RateLimit => ({ name, limit: 10, windowMs: 1000, algorithm: 'SLIDING', mode: 'EXACT' });
    const metersOf = async (k: number): Promise<unknown> => (await store.decide.truth.find('tnt_3', [`digest-${k}`]))?.meters;
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

  test.each(['"all"', 'null', '{}', '[{"name":"a\\nb","limit":"1\\\\"}]'])('what is set of meters is read as it stands, whatever it is: %s', async (set) => {
    const id = `key_${testDatabase.backend}`;
    await testDatabase.asOwner(`update api_keys set rate_limits = $1::jsonb, credit_refill = $1::jsonb, meter_id = $2 where tenant_id = 'tnt_3' and id = 'key_402'`, [set, `${id}\nt\n[]`]);
    const [row] = await testDatabase.asOwner<{ set: unknown }>(`select rate_limits as set from api_keys where tenant_id = 'tnt_3' and id = 'key_402'`);
    const found = await store.decide.truth.find('tnt_3', ['digest-402']);
    expect(found?.meters).toMatchObject({ rateLimits: row?.set, creditRefill: row?.set, hasCredits: true, maxConcurrent: null, meterId: `${id}\nt\n[]` });
  });

  type Find = KeyTruthReader['find'];

  /** Changes the tenant's status again and again under load, and counts the answers that were older than their questions. */
  async function staleAnswers(find: Find, network: Network): Promise<number> {
    let isOver = false;
    let stale = 0;
    const load = Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        while (!isOver) await find('tnt_2', [`digest-${200 + (at % 20)}`]);
      }),
    );
    try {
      for (let round = 0; round < 60; round += 1) {
        const [from, to] = round % 2 === 0 ? (['ACTIVE', 'SUSPENDED'] as const) : (['SUSPENDED', 'ACTIVE'] as const);
        // At another moment of the waves each time.
        await network.pass(round % 11);
        await write(store, 'tnt_2', ({ tenants }) => tenants.setStatus('tnt_2', from, to, AT));
        const answers = await Promise.all([round, round + 7].map((n) => find('tnt_2', [`digest-${200 + (n % 20)}`])));
        stale += answers.filter((answer) => answer?.tenantStatus !== to).length;
      }
    } finally {
      isOver = true;
      await load;
    }
    return stale;
  }

  test('a question that is asked after a change was committed sees the change, whatever is under way', async () => {
    for (const network of [NO_NETWORK, SLOW_NETWORK]) {
      const truth = new KeyTruthReader(new Coalescer(over(network, testDatabase.database.truth)));
      expect(await staleAnswers((tenantId, digests) => truth.find(tenantId, digests), network)).toBe(0);
    }
  });

  test('the same harness finds a reader whose questions join what is under way', async () => {
    const truth = new KeyTruthReader(new Coalescer(over(SLOW_NETWORK, testDatabase.database.truth)));
    const underWay = new Map<string, ReturnType<Find>>();
    const joining: Find = (tenantId, digests) => {
      const digest = digests.join();
      const joined = underWay.get(digest) ?? truth.find(tenantId, digests).finally(() => underWay.delete(digest));
      underWay.set(digest, joined);
      return joined;
    };
    expect(await staleAnswers(joining, SLOW_NETWORK)).toBeGreaterThan(0);
  });

  test('tokens are found in the same waves, by any of their digests, and a revocation is seen by every question after it', async () => {
    const { accessTokens, truth } = store.decide;
    await write(store, PLATFORM, async (scope) => Promise.all([7, 8].map((n) => scope.accessTokens.insert(tokenRow(n, { plane: 'int' })))));
    const shown = { id: 'tok_7', plane: 'int', name: tokenRow(7).name, permissions: tokenRow(7).permissions, pepperId: tokenRow(7).pepperId, isRevoked: false };
    expect(await accessTokens.find(['token-digest-7'])).toStrictEqual(shown);
    const together = await Promise.all([
      accessTokens.find(['none', 'token-digest-7']), accessTokens.find(['token-digest-7', 'none']), accessTokens.find(['token-digest-7']), accessTokens.find(['token-digest-8']),
      accessTokens.find(['none']), accessTokens.find([]), truth.find('tnt_1', ['digest-101']), truth.find('tnt_1', ['token-digest-7']),
    ]);
    expect(together.slice(0, 6)).toStrictEqual([shown, shown, shown, { ...shown, id: 'tok_8', name: tokenRow(8).name }, null, null]);
    expect([together[6], together[7]]).toMatchObject([{ key: { id: 'key_101' } }, null]);
    let isOver = false;
    const load = Promise.all(Array.from({ length: 10 }, async () => {
      while (!isOver) await Promise.all([accessTokens.find(['token-digest-7']), truth.find('tnt_1', ['digest-101'])]);
    }));
    await write(store, PLATFORM, (scope) => scope.accessTokens.revoke('tok_7', OPERATOR, AT));
    const after = await Promise.all([accessTokens.find(['token-digest-7']), accessTokens.find(['none', 'token-digest-7'])]);
    isOver = true;
    await load;
    expect(after).toStrictEqual([{ ...shown, isRevoked: true }, { ...shown, isRevoked: true }]);
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
