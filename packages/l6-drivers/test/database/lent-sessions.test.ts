import { setTimeout as sleep } from 'node:timers/promises';
import { askPostgres, createPostgresCopy } from '@hoc/testbed/databases';
import { pgBouncerProgram, startPgBouncer } from '@hoc/testbed/pgbouncer';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { FOR_METERS, FOR_TRANSACTIONS, FOR_TRUTH } from '../../src/database/session-settings.ts';
import { keyRow } from '../rows.ts';
import { makeTenant, storeOf, write } from '../store.ts';
import { tapPostgres } from './tapped-postgres.ts';

/** All that a session can be left with, as one row. Names that are prepared are a pooler's to keep. */
const LEFT_BEHIND = `select current_user, session_user, pg_is_in_recovery(),
  (select coalesce(string_agg(name || '=' || setting, ', ' order by name), '') from pg_settings where source = 'session' and name not in ('client_encoding')) as settings,
  concat_ws(',', nullif(current_setting('hoc.tenant', true), ''), nullif(current_setting('hoc.verify', true), ''), nullif(current_setting('hoc.meter', true), '')) as ours,
  (select count(*) from pg_locks where pid = pg_backend_pid() and locktype = 'advisory') as locks,
  (select count(*) from pg_listening_channels()) as channels, (select count(*) from pg_class where relpersistence = 't') as tables, (select count(*) from pg_cursors) as cursors`;
const NOTHING = (role: string): readonly (string | null)[] => [role, role, 'f', '', '', '0', '0', '0', '0'];

interface Opened {
  readonly database: Database;
  readonly role: string;
  /** What each session of the database is left with. */
  leftBehind(): Promise<readonly (readonly (string | null)[] | undefined)[]>;
}

async function open(pooling: 'session' | 'transaction'): Promise<Opened> {
  const { url, drop } = await createPostgresCopy();
  onTestFinished(drop);
  const tapped = await tapPostgres(url);
  const database = openPostgres({ url: tapped.url, pooling });
  onTestFinished(() => database.close());
  return { database, role: new URL(url).username, leftBehind: async () => (await tapped.askSessions(LEFT_BEHIND)).map(([row]) => row) };
}

/** Every kind of thing that HOC does with a database: writes, reads, failures of both, the truth, meters, a library's texts, a look whether it answers. */
async function doEverything(database: Database): Promise<void> {
  const store = storeOf(database);
  await makeTenant(store, 1);
  await write(store, 'tnt_1', ({ keys }) => keys.insert(keyRow('tnt_1', 1)));
  await expect(write(store, 'tnt_1', ({ keys }) => keys.insert(keyRow('tnt_1', 1)))).rejects.toMatchObject({ code: '23505' });
  await expect(write(store, 'tnt_1', () => Promise.reject(new Error('changed its mind')))).rejects.toThrow('changed its mind');
  expect(await store.read('tnt_1', ({ keys }) => keys.get('tnt_1', keyRow('tnt_1', 1).id))).not.toBeNull();
  await expect(store.read('tnt_1', ({ sql }) => sql.run({ name: 'test.fails', text: 'select 1 / 0' }, []))).rejects.toMatchObject({ code: '22012' });
  const { digest } = keyRow('tnt_1', 1);
  expect((await Promise.all(Array.from({ length: 40 }, () => store.decide.truth.find('tnt_1', [digest])))).every((truth) => truth !== null)).toBe(true);
  expect(await store.decide.truth.find('tnt_2', [digest])).toBeNull();
  await expect(database.truth.run({ name: 'test.truth_fails', text: 'select 1 / 0' }, [])).rejects.toMatchObject({ code: '22012' });
  await Promise.all(Array.from({ length: 8 }, () => database.meters.run({ name: 'test.meters', text: 'select count(*) from rate_windows' }, [])));
  await expect(database.meters.run({ name: 'test.meters_fail', text: 'select 1 / 0' }, [])).rejects.toMatchObject({ code: '22012' });
  expect((await database.foreign.executeSql('select count(*) as count from pgboss.job')).rows).toHaveLength(1);
  expect((await database.foreign.executeSql('select count(*) as count from pgboss.job where name = $1', ['x'])).rows).toHaveLength(1);
  await database.foreign.executeSql(`begin; set local lock_timeout = '30s'; select pg_advisory_xact_lock(1); select 1 from pgboss.version; commit`);
  await expect(database.foreign.executeSql('begin; set local lock_timeout = 7; select 1 / 0; commit')).rejects.toMatchObject({ code: '22012' });
  await database.ping();
}

test('behind a pooler that lends sessions by the transaction, nothing of any transaction is left in any session', async () => {
  const { database, role, leftBehind } = await open('transaction');
  await doEverything(database);
  const left = await leftBehind();
  expect(left.length).toBeGreaterThanOrEqual(3);
  for (const session of left) expect(session).toEqual(NOTHING(role));
});

test.each([pgBouncerProgram()].filter((program) => program !== null))('the same behind PgBouncer itself, which has one session for all of it: %s', async (program) => {
  const { url, drop } = await createPostgresCopy();
  onTestFinished(drop);
  const bouncer = await startPgBouncer(program, url, { poolMode: 'transaction', poolSize: 1, maxPreparedStatements: 20 });
  onTestFinished(() => bouncer.stop());
  const database = openPostgres({ url: bouncer.url, pooling: 'transaction' });
  onTestFinished(() => database.close());
  await doEverything(database);
  const [row] = await askPostgres<Readonly<Record<string, unknown>>>(bouncer.url, LEFT_BEHIND);
  const role = new URL(url).username;
  expect(Object.values(row ?? {}).map(String)).toEqual([role, role, 'false', '', '', '0', '0', '0', '0']);
});

test('and where sessions are its own, all of it would be found: they stay as they were set up', async () => {
  const { database, role, leftBehind } = await open('session');
  await doEverything(database);
  const left = await leftBehind();
  expect(left.length).toBeGreaterThanOrEqual(3);
  for (const session of left) {
    expect(session?.[0]).toBe('hoc_app');
    expect(session).not.toEqual(NOTHING(role));
  }
});

test.each([
  ['a transaction', FOR_TRANSACTIONS, (database: Database, text: string) => storeOf(database).read('tnt_1', ({ sql }) => sql.run({ name: 'test.settings', text }, []))],
  ['the truth', FOR_TRUTH, (database: Database, text: string) => database.truth.run({ name: 'test.settings', text }, [])],
  ['meters', FOR_METERS, (database: Database, text: string) => database.meters.run({ name: 'test.settings', text }, [])],
] as const)('%s is set to the same, whether its session is its own or lent', async (_what, settings, ask) => {
  const text = `select ${Object.keys(settings).map((name, at) => `current_setting('${name}') as "${at}"`).join(', ')}, current_setting('transaction_isolation') as isolation, current_setting('transaction_read_only') as "readOnly"`;
  const answers = await Promise.all((['session', 'transaction'] as const).map(async (pooling) => (await ask((await open(pooling)).database, text))[0]));
  expect(answers[0]).toEqual(answers[1]);
  expect(Object.values(answers[0] ?? {}).slice(0, Object.keys(settings).length)).toEqual(Object.values(settings));
});

test('a failure in the truth takes those that share its transaction with it, who may ask again; no verdict comes of it', async () => {
  const { database } = await open('transaction');
  const bad = database.truth.run({ name: 'test.bad', text: 'select 1 / 0' }, []);
  const good = database.truth.run({ name: 'test.good', text: 'select 1 as one' }, []);
  await expect(bad).rejects.toMatchObject({ code: '22012' });
  await expect(good).rejects.toMatchObject({ name: 'OutageError' });
  expect(await database.truth.run({ name: 'test.good', text: 'select 1 as one' }, [])).toEqual([{ one: 1 }]);
});

test('the truth stays read-only, and sees no more than it may, in a lent session as well', async () => {
  const { database } = await open('transaction');
  await expect(database.truth.run({ name: 'test.write', text: `update tenants set name = 'x'` }, [])).rejects.toMatchObject({ code: '25006' });
  await expect(database.truth.run({ name: 'test.forbidden', text: 'select * from hoc_migrations' }, [])).rejects.toMatchObject({ code: '42501' });
});

test('what a statement of the truth reads is committed by then: a question that is asked after a commit sees it', async () => {
  const { database } = await open('transaction');
  const store = storeOf(database);
  await makeTenant(store, 1);
  await write(store, 'tnt_1', ({ keys }) => keys.insert(keyRow('tnt_1', 1)));
  const { digest, id } = keyRow('tnt_1', 1);
  for (let round = 0; round < 30; round += 1) {
    const status = round % 2 === 0 ? 'FROZEN' : 'ACTIVE';
    const busy = Array.from({ length: 10 }, () => store.decide.truth.find('tnt_1', [digest]));
    await write(store, 'tnt_1', async ({ keys }) => {
      const pair = await keys.lockForUpdate('tnt_1', id);
      if (pair === null) throw new Error('the key is missing');
      await keys.save({ ...pair.key, status, ...(status === 'FROZEN' ? FROZEN : NOT_FROZEN), version: pair.key.version + 1 }, pair.key.version);
    });
    expect((await store.decide.truth.find('tnt_1', [digest]))?.key.status).toBe(status);
    await Promise.all(busy);
  }
});

const FROZEN = { frozenAt: new Date('2026-01-01T00:00:00Z'), frozenBy: { plane: 'cus', id: 'key_1', name: 'n' }, frozenReason: 'r' } as const;
const NOT_FROZEN = { frozenAt: null, frozenBy: null, frozenReason: null } as const;

test('a server that has become a standby is believed nothing, whoever leads there', async () => {
  const { url, drop } = await createPostgresCopy();
  onTestFinished(drop);
  const owner = new Client({ connectionString: url });
  await owner.connect();
  // As it would say on a standby: the real one is shown by the failover of a whole server.
  await owner.query(`create or replace function hoc_on_primary() returns void language plpgsql as $$ begin raise exception 'standby' using errcode = 'cannot_connect_now'; end $$`);
  await owner.end();
  for (const pooling of ['session', 'transaction'] as const) {
    const database = openPostgres({ url, pooling });
    const store = storeOf(database);
    const meant = async (work: Promise<unknown>): Promise<string> => store.classify(await work.then(() => 'it was believed', (error: unknown) => error));
    expect(await Promise.all([
      meant(store.read('tnt_1', ({ tenants }) => tenants.get('tnt_1'))), meant(makeTenant(store, 1)), meant(store.decide.truth.find('tnt_1', ['d'])),
      meant(database.meters.run({ name: 'test.meters', text: 'select 1' }, [])), meant(database.foreign.executeSql('select 1')), meant(database.ping()),
    ]), pooling).toEqual(Array.from({ length: 6 }, () => 'OUTAGE'));
    await sleep(0);
    await database.close();
  }
});
