import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@hoc/l2-api/free-port';

/** PgBouncer before a PostgreSQL. */
export interface PgBouncer {
  /** The database's URL, through it. */
  readonly url: string;
  /** Ends it at once, with all of its connections. */
  kill(): Promise<void>;
  /** Starts it again, at the same address. */
  start(): Promise<void>;
}

export interface PgBouncerSettings {
  readonly poolMode: 'session' | 'transaction';
  /** Sessions of PostgreSQL that it has for a database. */
  readonly poolSize: number;
  readonly maxPreparedStatements: number;
  /** Lends its sessions one after the other; otherwise whichever was given back last. */
  readonly takesTurns?: boolean;
}

/** The program that HOC_TEST_PGBOUNCER names: PgBouncer 1.21 or newer; no package of the registry has one. Null where nobody says. */
export const pgBouncerProgram = (): string | null => process.env['HOC_TEST_PGBOUNCER'] || null;

const STARTS_WITHIN_MS = 10_000;

/** Starts PgBouncer on a free port of the loopback, before the server of this database. `stop` is for the end of the test. */
export async function startPgBouncer(program: string, target: string, { poolMode, poolSize, maxPreparedStatements, takesTurns = false }: PgBouncerSettings): Promise<PgBouncer & { stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hoc-pgbouncer-'));
  const port = await freePort('127.0.0.1');
  const to = new URL(target);
  const [users, file] = [join(folder, 'users.txt'), join(folder, 'pgbouncer.ini')];
  await writeFile(users, `"${to.username}" "${to.password}"\n`);
  await writeFile(file, [
    '[databases]', `* = host=${to.hostname} port=${to.port}`,
    '[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = scram-sha-256', `auth_file = ${users}`,
    `pool_mode = ${poolMode}`, `default_pool_size = ${poolSize}`, `max_prepared_statements = ${maxPreparedStatements}`, `server_round_robin = ${Number(takesTurns)}`, 'max_client_conn = 500', 'server_login_retry = 1',
  ].join('\n'));
  // It refuses to run as root, and the user that it takes on instead must be able to read what root has written.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await Promise.all([chmod(folder, 0o755), chmod(users, 0o644), chmod(file, 0o644)]);
  const said: string[] = [];
  let ended: Promise<unknown> = Promise.resolve();
  let end: (() => void) | null = null;
  const start = async (): Promise<void> => {
    const child = spawn(program, [...(isRoot ? ['-u', 'nobody'] : []), file], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (text: Buffer) => said.push(String(text)));
    ended = new Promise((resolve) => { child.once('error', resolve).once('close', resolve); });
    end = () => child.kill('SIGKILL');
    const until = performance.now() + STARTS_WITHIN_MS;
    while (!(await answersAt(port))) {
      if (performance.now() > until || child.exitCode !== null) throw new Error(`PgBouncer does not start: ${said.slice(-5).join(' ')}`);
      await sleep(20);
    }
  };
  const kill = async (): Promise<void> => {
    end?.();
    await ended;
  };
  await start();
  return {
    url: Object.assign(new URL(target), { port: String(port) }).href, kill, start,
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const answersAt = (port: number): Promise<boolean> => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1');
  socket.once('connect', () => {
    socket.destroy();
    resolve(true);
  });
  socket.once('error', () => resolve(false));
});
