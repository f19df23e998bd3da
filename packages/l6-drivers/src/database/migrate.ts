import type { PGlite } from '@electric-sql/pglite';
import { migrationsFolder } from '@hoc/l7-models/migrations';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { Client } from 'pg';
import { installWakeUps } from '../outbox/wake-ups.schema.ts';
import { SCHEMAS } from './search-path.ts';

/** Any number that nobody else uses: those who migrate one database go one by one. */
const MIGRATION_LOCK = 4_067_283_111;

/** The oldest PostgreSQL that HOC is made for, as `server_version_num` has it. */
const OLDEST_SERVER = 150_000;

/**
 * What migrations were before they were put into other words, by their time: what they make is the same, to the last column, so a database that has been
 * through the one needs nothing of the other.
 */
const REWORDED: ReadonlyMap<number, string> = new Map([
  // 0002_metering: PostgreSQL 15 did not understand it.
  [1_795_564_800_000, '50328f949a87ea3c114abdaaafda0697a5809b7f1df3b958e37148c9416e1d3c'],
]);

/** Why a server of this `server_version_num` cannot be used; null where it can. */
export const tooOld = (versionNumber: number): string | null =>
  versionNumber >= OLDEST_SERVER ? null : `PostgreSQL 15 or newer is needed, and this is ${Math.floor(versionNumber / 10_000)}`;

/** Sends one statement and answers its rows. */
type Exec = (text: string, params?: unknown[]) => Promise<Record<string, unknown>[]>;

/** Does `work` in a transaction while nobody else who migrates this database does any. */
export type InTurn = (work: () => Promise<void>) => Promise<void>;

/**
 * Brings the tables of a PostgreSQL up to date, as the role of the URL: one that may create tables in the schema `public`, the
 * schema `pgboss` where it is not there, and the role `hoc_app` where the cluster does not have it yet. Servers that start together wait for each other.
 * Nothing of it outlives its transaction in a session: a pooler may give each of them another one.
 */
export async function migratePostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  // A lost connection fails the statement that waits; without a listener it would end the process as well.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows: [server] } = await client.query<{ version: number }>(`select current_setting('server_version_num')::int as version`);
    const refusal = tooOld(server?.version ?? 0);
    if (refusal !== null) throw new Error(refusal);
    const exec: Exec = async (text, params = []) => (await client.query<Record<string, unknown>>(text, params)).rows;
    const inTurn: InTurn = (work) => inTransaction(exec, async () => {
      await exec(`set local search_path = ${SCHEMAS}`);
      await exec(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      await work();
    });
    await inTurn(() => migrate(exec));
    await installWakeUps(exec, inTurn);
  } finally {
    await client.end();
  }
}

/** Brings the tables of an embedded database up to date. */
export async function migratePglite(pglite: PGlite): Promise<void> {
  const exec: Exec = async (text, params = []) => (await pglite.query<Record<string, unknown>>(text, params)).rows;
  await inTransaction(exec, () => migrate(exec));
  // It has one connection, and nobody else has it.
  await installWakeUps(async (text) => (await pglite.exec(text)).flatMap(({ rows }) => rows as Record<string, unknown>[]), (work) => work()); // `as`: rows by their columns' names
}

/** A `work` that ended the transaction by itself has ended it: a second end is no more than a warning. */
async function inTransaction(exec: Exec, work: () => Promise<void>): Promise<void> {
  await exec('begin');
  try {
    await work();
    await exec('commit');
  } catch (error) {
    await exec('rollback').catch(() => {});
    throw error;
  }
}

/**
 * Runs the migrations of drizzle's journal that the database has not seen, all in the caller's transaction and one statement per message.
 * Not by drizzle's own runner: that one makes a schema for its table, which needs a right on the database that nothing else here needs.
 */
async function migrate(exec: Exec): Promise<void> {
  await exec('create table if not exists hoc_migrations (at bigint not null, hash text not null, constraint hoc_migrations_pk primary key (at))');
  const done = new Map((await exec('select at::text as at, hash from hoc_migrations')).map(({ at, hash }) => [Number(at), String(hash)]));
  const ours = readMigrationFiles({ migrationsFolder: migrationsFolder() });
  const newest = Math.max(...ours.map(({ folderMillis }) => folderMillis));
  if ([...done.keys()].some((at) => at > newest)) throw new Error('its tables were made by a newer HOC than this one, which must not write to them');
  for (const { folderMillis, hash, sql } of ours) {
    const known = done.get(folderMillis);
    if (known !== undefined && known !== hash && known !== REWORDED.get(folderMillis)) throw new Error(`migration ${folderMillis} was changed after it had run on this database`);
    if (known !== undefined) continue;
    for (const statement of sql) await exec(statement);
    await exec('insert into hoc_migrations (at, hash) values ($1, $2)', [folderMillis, hash]);
  }
}
