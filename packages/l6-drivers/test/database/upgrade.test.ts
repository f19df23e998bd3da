import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrationsFolder } from '@hoc/l7-models/migrations';
import { createEmptyPostgres } from '@hoc/testbed/databases';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { migratePglite, migratePostgres } from '../../src/database/migrate.ts';
import { openPglite, startPglite } from '../../src/database/pglite.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { storeOf, write } from '../store.ts';

type Exec = (text: string, params?: unknown[]) => Promise<unknown>;

/** The database as the first release left it, with a tenant in every state, the counters that it knew, and a key. */
async function makeOld(exec: Exec): Promise<void> {
  const [foundation] = readMigrationFiles({ migrationsFolder: migrationsFolder() });
  if (foundation === undefined) throw new Error('there is no migration');
  for (const statement of foundation.sql) await exec(statement);
  await exec('create table hoc_migrations (at bigint not null, hash text not null, constraint hoc_migrations_pk primary key (at))');
  await exec('insert into hoc_migrations (at, hash) values ($1, $2)', [foundation.folderMillis, foundation.hash]);
  await exec(`insert into organizations values ('org_1', 'Weather Inc.', '2026-01-01T00:00:00Z')`);
  for (const [n, status] of ['CREATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED'].entries()) {
    await exec(`insert into tenant_locators values ($1, $2, '2026-01-01T00:00:00Z')`, [`loc${n}`, `tnt_${n}`]);
    await exec(`insert into tenants values ($1, 'org_1', 'n', 'FREE', $2, $3, 'ops@example.com', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')`, [`tnt_${n}`, status, `loc${n}`]);
    if (status === 'CREATING') continue;
    await exec(`insert into tenant_counters select $1, name, 1 from unnest(array['LIVE_SERVICE_KEYS', 'LIVE_MANAGEMENT_KEYS', 'ACTIVE_PROJECTS']) as name`, [`tnt_${n}`]);
  }
}

async function expectUpgraded(database: Database): Promise<void> {
  const store = storeOf(database);
  for (const n of [1, 2, 3, 4]) {
    const id = `tnt_${n}`;
    await store.read(id, async ({ onboarding, counters, tenants }) => {
      const opened = { tenantId: id, state: 'CREATED', updatedAt: new Date('2026-01-02T00:00:00Z'), completedAt: null, completedBy: null, forcedReason: null };
      expect(await onboarding.get(id)).toStrictEqual(opened);
      expect(Object.fromEntries((await counters.list(id)).map(({ counter, value }) => [counter, value]))).toStrictEqual({
        LIVE_SERVICE_KEYS: 1, LIVE_MANAGEMENT_KEYS: 1, ACTIVE_PROJECTS: 1, LIVE_INTEGRATIONS: 0,
      });
      expect(await tenants.get(id)).not.toBeNull();
    });
  }
  // What is CREATING is opened when it is provisioned, as any other.
  await store.read('tnt_0', async ({ onboarding, counters }) => {
    expect([await onboarding.get('tnt_0'), await counters.list('tnt_0')]).toStrictEqual([null, []]);
  });
  expect(await write(store, 'tnt_1', ({ counters }) => counters.add('tnt_1', 'LIVE_INTEGRATIONS', 1))).toBe(1);
  expect(await write(store, 'tnt_1', ({ onboarding }) => onboarding.advance('tnt_1', 'CREATED', 'IDENTITY_VERIFIED', new Date()))).not.toBeNull();
}

test('a PostgreSQL of the first release is brought up to date with its tenants, once', async () => {
  const { url, drop } = await createEmptyPostgres();
  try {
    const owner = new Client({ connectionString: url });
    await owner.connect();
    await makeOld((text, params) => owner.query(text, params));
    await owner.end();
    await Promise.all([migratePostgres(url), migratePostgres(url)]);
    const database = openPostgres({ url });
    await expectUpgraded(database);
    await database.close();
  } finally {
    await drop();
  }
});

test('an embedded database of the first release is brought up to date with its tenants', async () => {
  const pglite = await startPglite(null);
  await makeOld((text, params) => pglite.query(text, params));
  await migratePglite(pglite);
  await migratePglite(pglite);
  const database = await openPglite(pglite);
  await expectUpgraded(database);
  await database.close();
});
