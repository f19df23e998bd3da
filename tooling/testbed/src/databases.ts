import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Database } from '@hoc/l6-drivers/database/database';
import { openPglite, startPglite } from '@hoc/l6-drivers/database/pglite';
import { openPostgres } from '@hoc/l6-drivers/database/postgres';
import { pgliteTemplate, readTemplate } from '@hoc/l6-drivers/database/template';
import { Client, type QueryResult } from 'pg';
import { inject } from 'vitest';
import type { PostgresOffer } from './global-setup.ts';

/** For `describe.each`: everything of L6 holds on both. */
export const BACKENDS = ['pglite', 'postgres'] as const;
export type Backend = (typeof BACKENDS)[number];

/** A fresh, migrated database of one suite. */
export interface TestDatabase {
  readonly backend: Backend;
  readonly database: Database;
  /** Null where it is embedded. */
  readonly url: string | null;
  /** Asks as the owner of the tables, whom row-level security does not bind. */
  asOwner<Row extends object>(text: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Closes it and throws it away. */
  close(): Promise<void>;
}

const CACHE_FOLDER = fileURLToPath(new URL('../../../node_modules/.cache/hoc', import.meta.url));

/** Makes a database for a suite. Where PostgreSQL could not be started, this throws and says what to do. */
export const createTestDatabase = (backend: Backend): Promise<TestDatabase> => (backend === 'pglite' ? createPglite() : createPostgres());

/** The dump that embedded test databases start from; made where it is missing. */
export const testTemplate = (): Promise<string> => pgliteTemplate(CACHE_FOLDER);

async function createPglite(): Promise<TestDatabase> {
  const pglite = await startPglite(null, await readTemplate(await testTemplate()));
  const database = await openPglite(pglite);
  return {
    backend: 'pglite',
    database,
    url: null,
    asOwner: async <Row extends object>(text: string, params: readonly unknown[] = []) => {
      const session = await database.session();
      try {
        await pglite.exec('reset role');
        return (await pglite.query<Row>(text, [...params])).rows;
      } finally {
        await pglite.exec('set role hoc_app');
        session.release(true);
      }
    },
    close: () => database.close(),
  };
}

async function createPostgres(): Promise<TestDatabase> {
  const { url, drop } = await createPostgresCopy();
  const database = openPostgres({ url });
  const owner = new Client({ connectionString: url });
  await owner.connect();
  return {
    backend: 'postgres',
    database,
    url,
    asOwner: async <Row extends object>(text: string, params: readonly unknown[] = []) => {
      const { rows }: QueryResult<Row> = await owner.query<Row>(text, [...params]);
      return rows;
    },
    close: async () => {
      await Promise.all([database.close(), owner.end()]);
      await drop();
    },
  };
}

/** A copy of the migrated database on the run's PostgreSQL, for those who open it themselves. */
export async function createPostgresCopy(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  return createOnServer((template) => ` template ${template}`);
}

/** A database without tables on the run's PostgreSQL. */
export async function createEmptyPostgres(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  return createOnServer(() => '');
}

/** Asks a PostgreSQL once, as the role of the URL. */
export async function askPostgres<Row extends object>(url: string, text: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows }: QueryResult<Row> = await client.query<Row>(text);
    return rows;
  } finally {
    await client.end();
  }
}

async function createOnServer(clause: (template: string) => string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const offer: PostgresOffer = inject('postgres');
  if ('missing' in offer) throw new Error(offer.missing);
  const name = `hoc_test_${randomBytes(8).toString('hex')}`;
  const server = new URL(offer.url);
  const run = (text: string): Promise<unknown> => askPostgres(server.href, text);
  await run(`create database ${name}${clause(offer.template)}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await run(`drop database if exists ${name} with (force)`);
    },
  };
}
