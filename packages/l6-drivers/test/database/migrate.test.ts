import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrationsFolder } from '@hoc/l7-models/migrations';
import { createEmptyPostgres } from '@hoc/testbed/databases';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { beginFor } from '../../src/database/begin.ts';
import { migratePostgres, tooOld } from '../../src/database/migrate.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { makeTenant, storeOf } from '../store.ts';

async function asking<Value>(url: string, work: (client: Client) => Promise<Value>): Promise<Value> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('servers that start together on an empty database migrate it once', async () => {
  const { url, drop } = await createEmptyPostgres();
  try {
    await Promise.all(Array.from({ length: 6 }, () => migratePostgres(url)));
    const { rows } = await asking(url, (client) => client.query('select count(*)::int as count from hoc_migrations'));
    const ours = (await readdir(migrationsFolder())).filter((name) => name.endsWith('.sql'));
    expect(rows).toStrictEqual([{ count: ours.length }]);
    await migratePostgres(url);
  } finally {
    await drop();
  }
});

test('databases of one cluster that are migrated together share the role', async () => {
  const copies = await Promise.all(Array.from({ length: 3 }, () => createEmptyPostgres()));
  await Promise.all(copies.map(({ url }) => migratePostgres(url)));
  await Promise.all(copies.map(({ drop }) => drop()));
});

test('an owner that is no superuser, and may create tables in its schemas only, migrates and serves', async () => {
  const { url, drop } = await createEmptyPostgres();
  const owner = new URL(url);
  owner.username = `hoc_owner_${process.pid}`;
  owner.password = 'secret';
  await asking(url, async (client) => {
    await client.query(`create role ${owner.username} login createrole password 'secret'`);
    await client.query(`grant hoc_app to ${owner.username} with admin option`);
    await client.query(`grant create, usage on schema public to ${owner.username} with grant option`);
  });
  try {
    const missing = `CREATE SCHEMA pgboss AUTHORIZATION ${owner.username}`;
    await expect(migratePostgres(owner.href)).rejects.toThrow(missing);
    await asking(url, (client) => client.query(missing));
    await migratePostgres(owner.href);
    const database = openPostgres({ url: owner.href });
    const store = storeOf(database);
    await makeTenant(store, 1);
    expect(await store.read('tnt_1', ({ tenants }) => tenants.get('tnt_1'))).toMatchObject({ id: 'tnt_1' });
    expect(await store.decide.truth.find('tnt_1', ['none'])).toBeNull();
    await database.close();
  } finally {
    await drop();
    await asking(process.env['HOC_TEST_DATABASE_URL'] ?? url.replace(/\/[^/]*$/, '/postgres'), (client) => client.query(`drop role ${owner.username}`));
  }
});

test('the tables are those of the schema public, wherever the database or a schema of the role would have names lead', async () => {
  const { url, drop } = await createEmptyPostgres();
  try {
    const name = new URL(url).pathname.slice(1);
    await asking(url, (client) => client.query(`create schema elsewhere; alter database ${name} set search_path = elsewhere, public`));
    await migratePostgres(url);
    await asking(url, (client) => client.query(`create schema hoc_app; alter database ${name} reset search_path; grant usage on schema hoc_app to hoc_app`));
    await asking(url, (client) => client.query('create table hoc_app.tenants (like public.tenants); grant all on hoc_app.tenants to hoc_app'));
    const database = openPostgres({ url });
    await makeTenant(storeOf(database), 1);
    await database.close();
    const { rows } = await asking(url, (client) =>
      client.query(`select (select count(*)::int from public.tenants) as ours, (select count(*)::int from hoc_app.tenants) as decoys,
        (select count(*)::int from pg_tables where schemaname = 'elsewhere') as elsewhere`));
    expect(rows).toStrictEqual([{ ours: 1, decoys: 0, elsewhere: 0 }]);
  } finally {
    await drop();
  }
});

test('a write is READ COMMITTED, whatever the database has as its default', async () => {
  const { url, drop } = await createEmptyPostgres();
  try {
    await migratePostgres(url);
    await asking(url, (client) => client.query(`alter database ${new URL(url).pathname.slice(1)} set default_transaction_isolation = 'serializable'`));
    const database = openPostgres({ url });
    const session = await database.session();
    await beginFor(session, 'tnt_1');
    const rows = await session.run({ name: 'isolation', text: `select current_setting('transaction_isolation') as "isolation"` }, []);
    session.release(false);
    await database.close();
    expect(rows).toStrictEqual([{ isolation: 'read committed' }]);
  } finally {
    await drop();
  }
});

test('a migration that was changed after it had run stops the start', async () => {
  const { url, drop } = await createEmptyPostgres();
  try {
    await migratePostgres(url);
    await asking(url, (client) => client.query(`update hoc_migrations set hash = 'other'`));
    await expect(migratePostgres(url)).rejects.toThrow('was changed after it had run');
  } finally {
    await drop();
  }
});

test('a migration that was put into other words since does not, but only that one', async () => {
  const { url, drop } = await createEmptyPostgres();
  const before = '50328f949a87ea3c114abdaaafda0697a5809b7f1df3b958e37148c9416e1d3c';
  try {
    await migratePostgres(url);
    const told = await asking(url, (client) => client.query('update hoc_migrations set hash = $1 where at = 1795564800000', [before]));
    expect(told.rowCount).toBe(1);
    await migratePostgres(url);
    await asking(url, (client) => client.query('update hoc_migrations set hash = $1 where at <> 1795564800000', [before]));
    await expect(migratePostgres(url)).rejects.toThrow('was changed after it had run');
  } finally {
    await drop();
  }
});

test('a database that a newer HOC has migrated stops the start of an older one', async () => {
  const { url, drop } = await createEmptyPostgres();
  try {
    await migratePostgres(url);
    await asking(url, (client) => client.query(`insert into hoc_migrations (at, hash) values (9999999999999, 'of the future')`));
    await expect(migratePostgres(url)).rejects.toThrow('newer HOC');
  } finally {
    await drop();
  }
});

test.each([[140_012, 'this is 14'], [90_600, 'this is 9']])('PostgreSQL %i is refused with a sentence', (version, words) => {
  expect(tooOld(version)).toContain(words);
});

test.each([150_000, 150_018, 180_004])('PostgreSQL %i is taken', (version) => {
  expect(tooOld(version)).toBeNull();
});

test.each(['0000_foundation.sql', '0001_onboarding_integrations_outbox.sql'])('the migration %s holds one statement per message', async (name) => {
  const text = await readFile(join(migrationsFolder(), name), 'utf8');
  for (const statement of text.split('--> statement-breakpoint')) {
    const bare = statement.replace(/\$\$[\s\S]*?\$\$/g, '').replace(/--.*$/gm, '').trim();
    expect([bare, bare.split(';').filter((part) => part.trim() !== '').length]).toStrictEqual([bare, 1]);
  }
});
