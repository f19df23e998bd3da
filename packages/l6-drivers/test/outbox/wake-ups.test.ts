import { setTimeout as sleep } from 'node:timers/promises';
import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { beginFor } from '../../src/database/begin.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { installWakeUps } from '../../src/outbox/wake-ups.schema.ts';
import { WakeUps } from '../../src/outbox/wake-ups.ts';

/** A server as far as it can be woken. */
class Server {
  readonly woken: string[] = [];
  readonly troubles: unknown[] = [];
  sweeps = 0;
  readonly wakeUps: WakeUps;

  constructor(database: TestDatabase['database'], troubledEveryMs?: number) {
    this.wakeUps = new WakeUps(database, (error) => this.troubles.push(error), troubledEveryMs);
  }

  start(): Promise<void> {
    return this.wakeUps.start({
      deliver: async (tenantId) => { this.woken.push(tenantId); },
      sweep: async () => { this.sweeps += 1; },
    });
  }
}

const PATIENCE = { timeout: 15_000, interval: 50 };

describe.each(BACKENDS)('waking servers on %s', (backend) => {
  let db: TestDatabase;
  const servers: Server[] = [];
  const started = async (troubledEveryMs?: number): Promise<Server> => {
    const server = new Server(db.database, troubledEveryMs);
    servers.push(server);
    await server.start();
    return server;
  };

  beforeEach(async () => {
    db = await createTestDatabase(backend);
    servers.length = 0;
  });
  afterEach(async () => {
    await Promise.all(servers.map(({ wakeUps }) => wakeUps.stop()));
    await db.close();
  });

  /** The library's own look at its tables, begun at the same time, may take the locks in another order: then it is dropped the next time. */
  const withoutSchema = async (): Promise<void> => {
    for (let times = 0; times < 10; times += 1) {
      try {
        await db.asOwner('drop schema pgboss cascade');
        return;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === '40P01')) throw error;
      }
    }
    throw new Error('the schema could not be dropped');
  };

  test('a server is woken now, or at a later time and no sooner; and sweeps when it starts', async () => {
    const server = await started();
    await server.wakeUps.wake('tnt_now', 'whk_1', null);
    await server.wakeUps.wake('tnt_later', 'whk_1', new Date(Date.now() + 4000));
    await expect.poll(() => server.woken, PATIENCE).toContain('tnt_now');
    expect(server.woken).not.toContain('tnt_later');
    await expect.poll(() => server.woken, PATIENCE).toContain('tnt_later');
    await expect.poll(() => server.sweeps, PATIENCE).toBe(1);
    expect(server.troubles).toEqual([]);
  });

  test('a tenant that is told of many times is looked at once; what is waited for later does not hold up what is wanted now', async () => {
    const server = await started();
    await server.wakeUps.wake('tnt_1', 'whk_1', new Date(Date.now() + 3_600_000));
    for (let times = 0; times < 20; times += 1) await server.wakeUps.wake('tnt_1', 'sweep', null);
    await expect.poll(() => server.woken, PATIENCE).toContain('tnt_1');
    await sleep(2500);
    // A second time at most: where the first was taken up before the last was sent.
    expect(server.woken.length).toBeLessThanOrEqual(2);
  });

  test('what is waited for outlives the server that waits, and wakes another', async () => {
    const first = await started();
    await first.wakeUps.wake('tnt_1', 'whk_1', new Date(Date.now() + 1000));
    await first.wakeUps.stop();
    const second = await started();
    await expect.poll(() => second.woken, PATIENCE).toEqual(['tnt_1']);
    expect(first.woken).toEqual([]);
  });

  test('without its jobs, or its tables, a server goes on: trouble is told, and nothing is thrown', async () => {
    const server = await started();
    await withoutSchema();
    await server.wakeUps.wake('tnt_1', 'whk_1', null);
    expect(server.troubles.length).toBeGreaterThan(0);
    await expect(server.wakeUps.stop()).resolves.toBeUndefined();
  });

  test('a server whose queue is gone while it runs delivers itself what it is woken for, sweeps again and again, and says so now and then', async () => {
    const server = await started(1000);
    await expect.poll(() => server.sweeps, PATIENCE).toBe(1);
    await sleep(2500);
    // No trouble, no sweep of its own.
    expect([server.sweeps, server.troubles]).toEqual([1, []]);
    await withoutSchema();
    await server.wakeUps.wake('tnt_now', 'sweep', null);
    expect(server.woken).toEqual(['tnt_now']);
    await expect.poll(() => server.sweeps, PATIENCE).toBeGreaterThanOrEqual(4);
    // Each look at the queue fails, and is not told each time.
    expect(server.troubles.length).toBeLessThanOrEqual(server.sweeps + 1);
    // Whoever tells of it, what is told can be read.
    expect(server.troubles.filter((trouble) => !(trouble instanceof Error) || !trouble.message.includes('pgboss'))).toEqual([]);
  });

  test.each([
    ['says no version', ['delete from pgboss.version']], ['lacks the jobs', ['drop table pgboss.job cascade']], ['lacks the version', ['drop table pgboss.version']],
    ['is of an older version, and lacks the jobs', ['drop table pgboss.job cascade', 'update pgboss.version set version = version - 1']], ['lacks the queues', ['drop table pgboss.queue cascade']],
  ])('a schema that %s neither stops the start nor the deliveries', async (_what, damage) => {
    for (const statement of damage) await db.asOwner(statement);
    await installWakeUps((text) => db.asOwner<Record<string, unknown>>(text), (work) => work());
    const server = await started(500);
    await expect.poll(() => server.sweeps, PATIENCE).toBeGreaterThanOrEqual(3);
    expect(server.troubles.length).toBeGreaterThan(0);
    await server.wakeUps.wake('tnt_now', 'sweep', null);
    await expect.poll(() => server.woken, PATIENCE).toContain('tnt_now');
  });

  test('a schema of a newer version is refused', async () => {
    await db.asOwner('update pgboss.version set version = 999');
    await expect(installWakeUps((text) => db.asOwner<Record<string, unknown>>(text), (work) => work())).rejects.toThrow('made by a newer HOC');
  });

  test('statements of the library wait for the end of a transaction of the application, and are never part of it', async () => {
    const server = await started();
    const session = await db.database.session();
    await beginFor(session, 'tnt_1');
    const waking = server.wakeUps.wake('tnt_1', 'whk_1', null);
    await sleep(300);
    await session.control('rollback');
    session.release(true);
    await waking;
    // Had it been part of what was rolled back, nobody would ever be woken.
    await expect.poll(() => server.woken, PATIENCE).toEqual(['tnt_1']);
    expect(server.troubles).toEqual([]);
  });

  test('a statement of the library that fails leaves the connection to the next one as it found it', async () => {
    const { foreign } = db.database;
    await expect(foreign.executeSql('begin; select 1; select 1 / 0; commit')).rejects.toThrow('division by zero');
    await expect(foreign.executeSql('select $1::int / 0', [1])).rejects.toThrow('division by zero');
    expect((await foreign.executeSql('select current_user as role; select pg_current_xact_id_if_assigned() is null as clean')).rows).toEqual([{ role: 'hoc_app' }, { clean: true }]);
    expect((await foreign.executeSql('select $1::int as one', [1])).rows).toEqual([{ one: 1 }]);
  });
});

test('of two servers on one PostgreSQL each job wakes one', async () => {
  const db = await createTestDatabase('postgres');
  const other = openPostgres({ url: db.url ?? '' });
  const one = new Server(db.database);
  const servers = [one, new Server(other)];
  try {
    await Promise.all(servers.map((server) => server.start()));
    const tenants = Array.from({ length: 60 }, (_, n) => `tnt_${n}`);
    await Promise.all(tenants.map((tenant, n) => (servers[n % 2] ?? one).wakeUps.wake(tenant, 'sweep', null)));
    await expect.poll(() => servers.flatMap(({ woken }) => woken).length, PATIENCE).toBe(60);
    expect(servers.flatMap(({ woken }) => woken).toSorted()).toEqual(tenants.toSorted());
    expect(servers.flatMap(({ troubles }) => troubles)).toEqual([]);
  } finally {
    await Promise.all(servers.map(({ wakeUps }) => wakeUps.stop()));
    await other.close();
    await db.close();
  }
});
