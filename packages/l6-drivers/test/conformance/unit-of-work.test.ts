import { setTimeout as sleep } from 'node:timers/promises';
import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classify } from '../../src/database/errors.ts';
import { ScopeEndedError } from '../../src/database/open-statements.ts';
import { AT, after, entryRow, keyRow } from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';

const claimOf = (key: string, changes: object = {}) => ({
  principalId: 'tok_1', operation: 'api_keys.write create', key, fingerprint: 'f1', now: AT, expiresAt: after(86_400), ...changes,
});

describe.each(BACKENDS)('the unit of work on %s', (backend) => {
  let testDatabase: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(backend);
    store = storeOf(testDatabase.database);
    await makeTenant(store, 1);
    await makeTenant(store, 2);
    await makeTenant(store, 7);
  });
  afterAll(() => testDatabase.close());

  const addTo = { name: 'test.add', text: `update tenant_counters set value = value + $2 where tenant_id = $1 and counter = 'LIVE_SERVICE_KEYS'` };
  const statusOf = async (tenantId: string) => (await store.read(tenantId, ({ tenants }) => tenants.get(tenantId)))?.status;

  test('what was rolled back was never written', async () => {
    const tx = await store.begin('tnt_1');
    await tx.scope.tenants.setStatus('tnt_1', 'ACTIVE', 'SUSPENDED', AT);
    await tx.rollback();
    expect(await statusOf('tnt_1')).toBe('ACTIVE');
  });

  test('after its end, a scope refuses every statement, and a second end does nothing', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const tx = await store.begin('tnt_1');
      await tx[end]();
      await expect(tx.scope.tenants.get('tnt_1')).rejects.toBeInstanceOf(ScopeEndedError);
      await expect(tx.auditHead()).rejects.toBeInstanceOf(ScopeEndedError);
      await expect(tx.commit()).rejects.toBeInstanceOf(ScopeEndedError);
      await tx.rollback();
    }
    let leaked: Promise<unknown> = Promise.resolve();
    let scopeAfter: (() => Promise<unknown>) | null = null;
    await store.read('tnt_1', async ({ tenants }) => {
      scopeAfter = () => tenants.get('tnt_1');
    });
    leaked = (scopeAfter as unknown as () => Promise<unknown>)();
    await expect(leaked).rejects.toBeInstanceOf(ScopeEndedError);
  });

  test('the scope is dead from the call of the commit on, and the commit does not wait for those who send after it', async () => {
    const tx = await store.begin('tnt_1');
    const committed = tx.commit();
    await expect(tx.scope.tenants.get('tnt_1')).rejects.toBeInstanceOf(ScopeEndedError);
    await committed;
  });

  test('a read scope that writes is refused by the database', async () => {
    const wrote = store.read('tnt_1', ({ sql }) =>
      sql.run({ name: `test.write_in_read.${backend}`, text: 'update tenants set name = $2 where tenant_id = $1' }, ['tnt_1', 'x']),
    );
    await expect(wrote).rejects.toMatchObject({ code: '25006' });
  });

  test('statements that nobody waits for run in order, and the commit comes after them', async () => {
    const tx = await store.begin('tnt_1');
    for (let n = 1; n <= 20; n += 1) void tx.scope.counters.add('tnt_1', 'ACTIVE_PROJECTS', 1);
    await tx.commit();
    expect(await store.read('tnt_1', ({ counters }) => counters.get('tnt_1', 'ACTIVE_PROJECTS'))).toBe(20);
  });

  test('a failure that nobody waited for fails the commit with its own error, and writes nothing', async () => {
    const tx = await store.begin('tnt_1');
    for (const delta of [3, -9, 1]) void tx.scope.sql.run(addTo, ['tnt_1', delta]);
    await expect(tx.commit()).rejects.toMatchObject({ code: '23514' });
    expect(await store.read('tnt_1', ({ counters }) => counters.get('tnt_1', 'LIVE_SERVICE_KEYS'))).toBe(0);
  });

  test('a record that cannot even be sent keeps the write from committing, though the commit was asked for in the same breath', async () => {
    const before = await statusOf('tnt_1');
    for (const unsendable of [{ actor: { cycle: 1n } }, { at: new Date(Number.NaN) }]) {
      const tx = await store.begin('tnt_1');
      void tx.scope.tenants.setStatus('tnt_1', 'ACTIVE', 'SUSPENDED', AT);
      // As a caller would whose types were broken.
      const ended = await Promise.allSettled([tx.appendAudit(entryRow(1, unsendable as object)), tx.commit()]);
      expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(await statusOf('tnt_1')).toBe(before);
    }
  });

  test('work of the scope that fails before it comes to a statement keeps the write from committing, where the commit is told of it', async () => {
    const before = await statusOf('tnt_1');
    const fails = async (): Promise<never> => {
      throw new TypeError('no text can be made of it');
    };
    const nested = async (): Promise<void> => {
      await fails();
    };
    for (const work of [fails, nested]) {
      const tx = await store.begin('tnt_1');
      const underway = [tx.scope.tenants.setStatus('tnt_1', 'ACTIVE', 'SUSPENDED', AT), work()];
      await expect(tx.commit(underway)).rejects.toThrow('no text can be made of it');
      expect(await statusOf('tnt_1')).toBe(before);
    }
  });

  test('work that fails when the commit has long been sent is never told as a write that failed, where the write stands', async () => {
    for (const ticks of [8, 30, 60, 200]) {
      const before = await store.read('tnt_7', ({ counters }) => counters.get('tnt_7', 'ACTIVE_PROJECTS'));
      const fails = async (): Promise<never> => {
        for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
        throw new TypeError('too late');
      };
      const tx = await store.begin('tnt_7');
      const refused: unknown = await tx.commit([tx.scope.counters.add('tnt_7', 'ACTIVE_PROJECTS', 1), fails()]).catch((error: unknown) => error);
      const after = await store.read('tnt_7', ({ counters }) => counters.get('tnt_7', 'ACTIVE_PROJECTS'));
      if (after === before) expect(refused).toBeInstanceOf(TypeError);
      else expect([classify(refused), (refused as Error).cause]).toEqual(['OUTAGE', new TypeError('too late')]);
      if (ticks <= 30) expect(after).toBe(before);
    }
  });

  test('a commit that is told of work which goes well commits it', async () => {
    const tx = await store.begin('tnt_2');
    await tx.commit([tx.scope.counters.add('tnt_2', 'ACTIVE_PROJECTS', 1), tx.scope.counters.add('tnt_2', 'ACTIVE_PROJECTS', 2)]);
    expect(await store.read('tnt_2', ({ counters }) => counters.get('tnt_2', 'ACTIVE_PROJECTS'))).toBe(3);
  });

  test('failures that nobody waits for do not end the process, also after a rollback', async () => {
    const tx = await store.begin('tnt_1');
    for (let n = 0; n < 5; n += 1) void tx.scope.sql.run(addTo, ['tnt_1', -9]);
    await tx.rollback();
    void tx.scope.sql.run(addTo, ['tnt_1', 1]);
    // A rejection that nobody handled would fail this run: vitest counts them.
    await sleep(20);
    expect(await statusOf('tnt_1')).toBe('ACTIVE');
  });

  test('each statement of a pipeline fails with its own error, and the connection is good again after the rollback', async () => {
    for (let round = 0; round < 25; round += 1) {
      const tx = await store.begin('tnt_1');
      const [good, bad, late] = await Promise.allSettled([
        tx.scope.tenants.get('tnt_1'),
        tx.scope.counters.add('tnt_1', 'LIVE_SERVICE_KEYS', -1),
        tx.scope.tenants.get('tnt_1'),
      ]);
      await tx.rollback();
      expect(good).toMatchObject({ status: 'fulfilled', value: { id: 'tnt_1' } });
      expect(bad).toMatchObject({ status: 'rejected', reason: { code: '23514' } });
      expect(late).toMatchObject({ status: 'rejected', reason: { code: '25P02' } });
      expect(await statusOf('tnt_1')).toBe('ACTIVE');
    }
  });

  test('a failure within a savepoint leaves the transaction usable, and undoes what the savepoint held', async () => {
    await write(store, 'tnt_2', async ({ counters, tenants }, tx) => {
      await counters.add('tnt_2', 'LIVE_SERVICE_KEYS', 1);
      const failing = tx.savepoint(async () => {
        await counters.add('tnt_2', 'LIVE_SERVICE_KEYS', 10);
        await counters.add('tnt_2', 'LIVE_SERVICE_KEYS', -100);
      });
      await expect(failing).rejects.toMatchObject({ code: '23514' });
      const swallowed = tx.savepoint(async () => {
        await counters.add('tnt_2', 'LIVE_SERVICE_KEYS', -100).catch(() => {});
      });
      await expect(swallowed).rejects.toMatchObject({ code: '25P02' });
      expect(await tx.savepoint(() => tenants.get('tnt_2'))).toMatchObject({ id: 'tnt_2' });
      await counters.add('tnt_2', 'LIVE_SERVICE_KEYS', 1);
    });
    expect(await store.read('tnt_2', ({ counters }) => counters.get('tnt_2', 'LIVE_SERVICE_KEYS'))).toBe(2);
  });

  test('an error thrown in a read gives the connection back', async () => {
    for (let round = 0; round < 30; round += 1) {
      await expect(store.read('tnt_1', () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    }
    expect(await statusOf('tnt_1')).toBe('ACTIVE');
  });

  test('the audit chain begins at nothing, moves by one, and refuses an entry that does not follow', async () => {
    await makeTenant(store, 3);
    await write(store, 'tnt_3', async (_, tx) => {
      expect(await tx.auditHead()).toBeNull();
      await tx.appendAudit(entryRow(1));
    });
    await write(store, 'tnt_3', async (_, tx) => {
      expect(await tx.auditHead()).toStrictEqual({ seq: 1, hash: 'hash-1' });
      await tx.appendAudit(entryRow(2, { subject: null, invariants: [] }));
    });
    await expect(write(store, 'tnt_3', (_, tx) => tx.appendAudit(entryRow(4)))).rejects.toThrow('does not follow');
    await expect(write(store, 'tnt_3', (_, tx) => tx.appendAudit(entryRow(2)))).rejects.toMatchObject({ code: '23505' });
    await store.read('tnt_3', async ({ audit }) => {
      expect(await audit.head('tnt_3')).toStrictEqual({ seq: 2, hash: 'hash-2' });
      const entries = [{ tenantId: 'tnt_3', ...entryRow(1) }, { tenantId: 'tnt_3', ...entryRow(2, { subject: null, invariants: [] }) }];
      expect(await audit.entries('tnt_3', { afterSeq: 0, limit: 9 })).toStrictEqual(entries);
      expect(await audit.list('tnt_3', { limit: 1 })).toStrictEqual([entries[1]]);
      expect(await audit.list('tnt_3', { limit: 9, beforeSeq: 2 })).toStrictEqual([entries[0]]);
    });
  });

  test('an idempotency key is claimed once, answers once it is completed, and is free again when it has expired or was rolled back', async () => {
    const claim = (changes: object = {}) => write(store, 'tnt_1', (_, tx) => tx.claimIdempotency(claimOf('k1', changes)));
    const undone = await store.begin('tnt_1');
    expect(await undone.claimIdempotency(claimOf('k1'))).toStrictEqual({ claim: 'CLAIMED' });
    await undone.rollback();
    await write(store, 'tnt_1', async (_, tx) => {
      expect(await tx.claimIdempotency(claimOf('k1'))).toStrictEqual({ claim: 'CLAIMED' });
      await tx.completeIdempotency(claimOf('k1'), '{"id":"key_1"}');
    });
    expect(await claim({ fingerprint: 'f2' })).toStrictEqual({ claim: 'COMPLETED', fingerprint: 'f1', answer: '{"id":"key_1"}' });
    expect(await claim({ now: after(86_399) })).toMatchObject({ claim: 'COMPLETED' });
    expect(await write(store, 'tnt_2', (_, tx) => tx.claimIdempotency(claimOf('k1')))).toStrictEqual({ claim: 'CLAIMED' });
    expect(await claim({ principalId: 'tok_2' })).toStrictEqual({ claim: 'CLAIMED' });
    expect(await claim({ now: after(86_400), expiresAt: after(99_999) })).toStrictEqual({ claim: 'CLAIMED' });
  });
});

describe('transactions side by side on postgres', () => {
  let testDatabase: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    testDatabase = await createTestDatabase('postgres');
    store = storeOf(testDatabase.database);
    await makeTenant(store, 1);
  });
  afterAll(() => testDatabase.close());

  const isWaiting = async (answer: Promise<unknown>): Promise<boolean> =>
    (await Promise.race([answer.then(() => 'answered'), sleep(150, 'waiting')])) === 'waiting';

  test('FOR SHARE lets others share and keeps changes out until the end; FOR UPDATE keeps both out', async () => {
    const [first, second, third] = [await store.begin('tnt_1'), await store.begin('tnt_1'), await store.begin('tnt_1')];
    await first.scope.tenants.lockForShare('tnt_1');
    expect(await isWaiting(second.scope.tenants.lockForShare('tnt_1'))).toBe(false);
    await second.rollback();
    const exclusive = third.scope.tenants.lockForUpdate('tnt_1');
    expect(await isWaiting(exclusive)).toBe(true);
    await first.commit();
    expect(await exclusive).toMatchObject({ id: 'tnt_1' });
    const fourth = await store.begin('tnt_1');
    const shared = fourth.scope.tenants.lockForShare('tnt_1');
    expect(await isWaiting(shared)).toBe(true);
    await third.scope.tenants.setStatus('tnt_1', 'ACTIVE', 'SUSPENDED', AT);
    await third.commit();
    expect(await shared).toMatchObject({ status: 'SUSPENDED' });
    await write(store, 'tnt_1', ({ tenants }) => tenants.setStatus('tnt_1', 'SUSPENDED', 'ACTIVE', AT)).catch(() => {});
    await fourth.rollback();
  });

  test('a counter, an audit head, a key and a project are each locked by their own row', async () => {
    await write(store, 'tnt_1', ({ keys }, tx) => Promise.all([keys.insert(keyRow('tnt_1', 1)), tx.appendAudit(entryRow(1))]));
    const takes = [
      (tx: Awaited<ReturnType<Store['begin']>>) => tx.scope.counters.lock('tnt_1', 'ACTIVE_PROJECTS'),
      (tx: Awaited<ReturnType<Store['begin']>>) => tx.scope.counters.lockWithCap('tnt_1', 'ACTIVE_PROJECTS'),
      (tx: Awaited<ReturnType<Store['begin']>>) => tx.auditHead(),
      (tx: Awaited<ReturnType<Store['begin']>>) => tx.scope.keys.lockForUpdate('tnt_1', 'key_1'),
    ];
    for (const take of takes) {
      const [holder, other] = [await store.begin('tnt_1'), await store.begin('tnt_1')];
      await take(holder);
      const taken = take(other);
      expect(await isWaiting(taken)).toBe(true);
      await holder.rollback();
      await taken;
      await other.rollback();
    }
  });

  test('a key that another transaction holds is in flight, at once', async () => {
    const [holder, other] = [await store.begin('tnt_1'), await store.begin('tnt_1')];
    await holder.claimIdempotency(claimOf('k9'));
    const answer = other.claimIdempotency(claimOf('k9'));
    expect(await isWaiting(answer)).toBe(false);
    expect(await answer).toStrictEqual({ claim: 'IN_FLIGHT' });
    await holder.completeIdempotency(claimOf('k9'), '1');
    await holder.commit();
    expect(await other.claimIdempotency(claimOf('k9'))).toStrictEqual({ claim: 'COMPLETED', fingerprint: 'f1', answer: '1' });
    await other.rollback();
  });

  test('of many that claim one key at once, one at most has it at a time, and all end without waiting for a lock', async () => {
    for (let round = 0; round < 20; round += 1) {
      let held = 0;
      const claims = await Promise.all(
        Array.from({ length: 12 }, () =>
          write(store, 'tnt_1', async (_, tx) => {
            const { claim } = await tx.claimIdempotency(claimOf(`many-${round}`));
            if (claim !== 'CLAIMED') return claim;
            held += 1;
            expect(held).toBe(1);
            await tx.completeIdempotency(claimOf(`many-${round}`), '{}');
            return claim;
          }),
        ),
      );
      expect(claims.filter((claim) => claim === 'CLAIMED')).toHaveLength(1);
    }
  });

  test('a rollback does not wait for a statement that hangs: the connection is dropped, and others are served', async () => {
    const [holder, hanging] = [await store.begin('tnt_1'), await store.begin('tnt_1')];
    await holder.scope.tenants.lockForUpdate('tnt_1');
    const lost = hanging.scope.tenants.lockForUpdate('tnt_1').then(() => 'LOCKED', (error: unknown) => store.classify(error));
    const startedAt = performance.now();
    await hanging.rollback();
    expect(performance.now() - startedAt).toBeLessThan(2500);
    expect(await lost).toBe('OUTAGE');
    await holder.rollback();
    expect(await store.read('tnt_1', ({ tenants }) => tenants.get('tnt_1'))).not.toBeNull();
  });

  test('a connection that the server ends fails its transaction as an outage, and the next one has another', async () => {
    const tx = await store.begin('tnt_1');
    const [session] = await tx.scope.sql.run<{ pid: number }>({ name: 'test.pid', text: 'select pg_backend_pid() as pid' }, []);
    await testDatabase.asOwner('select pg_terminate_backend($1)', [session?.pid]);
    const error: unknown = await tx.scope.tenants.get('tnt_1').then(() => null, (reason: unknown) => reason);
    expect(store.classify(error)).toBe('OUTAGE');
    const commit: unknown = await tx.commit().then(() => null, (reason: unknown) => reason);
    expect(store.classify(commit)).toBe('OUTAGE');
    expect(await store.read('tnt_1', ({ tenants }) => tenants.get('tnt_1'))).not.toBeNull();
  });

  test('a tenant whose writes hang takes no more connections than its places: its next write is told to wait no longer, and other tenants write', async () => {
    await makeTenant(store, 6);
    await makeTenant(store, 7);
    const limited = storeOf(testDatabase.database, undefined, { writesAtOnce: 2, patienceMs: 50 });
    const [holder, waiting] = [await limited.begin('tnt_6'), await limited.begin('tnt_6')];
    await holder.auditHead();
    const refused: unknown = await limited.begin('tnt_6').then(() => null, (reason: unknown) => reason);
    expect(limited.classify(refused)).toBe('OUTAGE');
    for (let n = 1; n <= 20; n += 1) await write(limited, 'tnt_7', ({ counters }) => counters.add('tnt_7', 'ACTIVE_PROJECTS', 1));
    await Promise.all([holder.rollback(), waiting.commit()]);
    await write(limited, 'tnt_6', ({ counters }) => counters.add('tnt_6', 'ACTIVE_PROJECTS', 1));
    expect(await limited.read('tnt_6', ({ counters }) => counters.get('tnt_6', 'ACTIVE_PROJECTS'))).toBe(1);
  });

  test('a place is free again however a write ends, also where there is no connection for it', async () => {
    const closing = await createTestDatabase('postgres');
    const limited = storeOf(closing.database, undefined, { writesAtOnce: 1, patienceMs: 50 });
    await makeTenant(limited, 1);
    const failing = await limited.begin('tnt_1');
    await expect(failing.scope.counters.add('tnt_1', 'LIVE_SERVICE_KEYS', -9)).rejects.toMatchObject({ code: '23514' });
    await expect(failing.commit()).rejects.toMatchObject({ code: '23514' });
    await expect(write(limited, 'tnt_1', () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    await write(limited, 'tnt_1', ({ counters }) => counters.add('tnt_1', 'ACTIVE_PROJECTS', 1));
    await closing.close();
    for (let n = 0; n < 3; n += 1) await expect(limited.begin('tnt_1')).rejects.toThrow('no connection');
  });

  test('a deadlock is told to one of the two as RETRY', async () => {
    await makeTenant(store, 8);
    const [one, two] = [await store.begin('tnt_8'), await store.begin('tnt_8')];
    await one.scope.counters.lock('tnt_8', 'ACTIVE_PROJECTS');
    await two.scope.counters.lock('tnt_8', 'LIVE_SERVICE_KEYS');
    const ends = await Promise.allSettled([one.scope.counters.lock('tnt_8', 'LIVE_SERVICE_KEYS'), two.scope.counters.lock('tnt_8', 'ACTIVE_PROJECTS').then(() => two.rollback())].map((end, at) => end.catch(async (error: unknown) => {
      await (at === 0 ? one : two).rollback();
      throw error;
    })));
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [store.classify(end.reason)] : []));
    expect(failures).toStrictEqual(['RETRY']);
    await Promise.all([one.rollback(), two.rollback()]);
  });
});
