import { appendFile, constants, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Client, expectStatus } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy } from './process/deployment.ts';
import { expectSentence } from './process/expect-sentence.ts';
import { newKeyLine } from './process/key-files.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { runToEnd, serve, type ServerProcess } from './process/server-process.ts';
import { VerdictLoad } from './workers/verdict-load.ts';

const WITHIN = { timeout: 200_000 };
const REPLACED_WITHIN_MS = 30_000;

/** The processes that have come to serve, in their order. */
const workersOf = (server: ServerProcess): readonly number[] => server.log.flatMap(({ msg, worker }) => (msg === 'a worker serves' && worker !== undefined ? [worker] : []));

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** One request on a connection of its own: the first line of its answer, or 'closed'. */
function knock(url: string): { readonly connected: Promise<void>; readonly ended: Promise<string> } {
  const { hostname, port } = new URL(url);
  const [connected, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  const socket = connect(Number(port), hostname, () => connected.resolve());
  onTestFinished(() => void socket.destroy());
  socket.write(`GET /healthz HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`);
  socket.setEncoding('utf8').once('data', (text: string) => ended.resolve(text.split('\r\n')[0] ?? ''));
  socket.on('error', () => {});
  socket.once('close', () => ended.resolve('closed'));
  return { connected: connected.promise, ended: ended.promise };
}

/** Waits until so many workers have come to serve since the start. */
async function workersServing(server: ServerProcess, count: number): Promise<readonly number[]> {
  const since = performance.now();
  while (workersOf(server).length < count) {
    expect(performance.now() - since, server.output).toBeLessThan(REPLACED_WITHIN_MS);
    await sleep(20);
  }
  return workersOf(server);
}

test('workers answer on one port: the installation is opened once, its first token is shown once, and all of them answer', WITHIN, async () => {
  const deployment = await deploy('postgres', { HOC_WORKERS: '3', HOC_LOG_LEVEL: 'debug' });
  const { url, process: server } = await deployment.start();
  const operator = await operatorOf(url, deployment.dataDir);
  expect(server.output.split(operator.token)).toHaveLength(2);
  expect(await deployment.asOwner(`select count(*)::int as operators from access_tokens where plane = 'fdr'`)).toEqual([{ operators: 1 }]);
  const workers = workersOf(server);
  expect(new Set(workers).size).toBe(3);
  expect(workers).not.toContain(server.pid);

  // As many connections as workers, and some more: each worker gets its share.
  await Promise.all(Array.from({ length: 12 }, () => expectStatus(200, operator.get('/fdr/v1/tenants'))));
  const answering = new Set(server.log.filter(({ msg }) => msg === 'answered').map(({ pid }) => pid));
  expect(answering).toEqual(new Set(workers));

  expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(workers.filter(isAlive)).toEqual([]);
});

test.each(['SIGKILL', 'SIGTERM'] as const)('a worker that gets %s under load is replaced, and nobody gets a wrong verdict: whoever it was answering may see a broken connection, all others are served', WITHIN, async (signal) => {
  const deployment = await deploy('postgres', { HOC_WORKERS: '3' });
  const { url, process: server } = await deployment.start();
  const operator = await operatorOf(url, deployment.dataDir);
  const { managementToken } = await makeTenant(operator, 'Acme');
  const admin = new Client(url, managementToken);
  const [good, revoked, frozen] = await Promise.all(['good', 'revoked', 'frozen'].map((name) => makeKey(admin, name)));
  if (good === undefined || revoked === undefined || frozen === undefined) throw new Error('three keys, please');
  await expectStatus(200, admin.post(`/v1/api-keys/${revoked.id}/revoke`, { reason: 'leaked' }));
  await expectStatus(200, admin.post(`/v1/api-keys/${frozen.id}/freeze`, { reason: 'looked at' }));
  const gateway = await makeGateway(url, operator);
  const load = new VerdictLoad(url, gateway.token, { good: good.token, revoked: revoked.token, frozen: frozen.token, typo: `${good.token.slice(0, -1)}!` }, 24);

  const killed: number[] = [];
  for (let kills = 1; kills <= 3; kills += 1) {
    await load.answers(500);
    const victim = workersOf(server).find((pid) => !killed.includes(pid) && isAlive(pid));
    if (victim === undefined) throw new Error('no worker is left');
    process.kill(victim, signal);
    killed.push(victim);
    await workersServing(server, 3 + kills);
  }
  await load.answers(500);
  const { verdicts, refused, broken } = await load.stop();

  const right = { good: 'VALID', revoked: 'REVOKED', frozen: 'FROZEN', typo: 'MALFORMED' };
  expect(Object.fromEntries(Object.entries(verdicts).map(([name, counts]) => [name, Object.keys(counts)]))).toEqual(
    Object.fromEntries(Object.entries(right).map(([name, code]) => [name, [code]])),
  );
  expect(refused).toEqual({});
  // A caller has one request under way: of each kill, no more than all of them.
  expect(broken).toBeLessThanOrEqual(3 * 24);
  expect(killed.filter(isAlive)).toEqual([]);
  expect(workersOf(server).filter(isAlive)).toHaveLength(3);
  expect(server.log.filter(({ msg }) => msg === 'a worker died; another one takes its place').map(({ worker }) => worker)).toEqual(killed);
  expect((await server.stop('SIGTERM')).code).toBe(0);
});

test('a connection that a worker was handed, and had not taken when it died, is closed: its caller may knock again, and does not wait for ever', WITHIN, async () => {
  const deployment = await deploy('postgres', { HOC_WORKERS: '2' });
  const { url, process: server } = await deployment.start();
  const workers = workersOf(server);
  for (const pid of workers) process.kill(pid, 'SIGSTOP');
  // Each is handed one; the others wait in the primary until somebody takes the first.
  const calls = Array.from({ length: 6 }, () => knock(url));
  await Promise.all(calls.map(({ connected }) => connected));
  for (const [at, pid] of workers.entries()) {
    process.kill(pid, 'SIGKILL');
    await workersServing(server, 3 + at);
  }
  const ends = await Promise.all(calls.map(({ ended }) => ended));
  expect(ends.filter((end) => end === 'closed')).toHaveLength(2);
  expect(ends.filter((end) => end.startsWith('HTTP/1.1 200'))).toHaveLength(4);
  expect((await server.stop('SIGTERM')).code).toBe(0);
});

test('SIGTERM while workers are asked: each answers what it was asked, all end, and what was acknowledged is there', WITHIN, async () => {
  const deployment = await deploy('postgres', { HOC_WORKERS: '2' });
  const { url, process: server } = await deployment.start();
  const operator = await operatorOf(url, deployment.dataDir);
  const { managementToken } = await makeTenant(operator, 'Acme');
  const admin = new Client(url, managementToken);
  const asked = Array.from({ length: 12 }, (_, at) => admin.post('/v1/api-keys', { name: `asked ${at}`, environment: 'live', permissions: ['tiles:read'] }).then(({ status }) => status, () => null));
  await Promise.any(asked);
  const workers = workersOf(server);
  // As Ctrl-C does it: the terminal tells every process of the group.
  for (const pid of workers) process.kill(pid, 'SIGINT');
  const ended = await server.stop('SIGINT');
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(ended.stdout).not.toContain('cut off');
  const answers = await Promise.all(asked);
  expect(answers.filter((status) => status !== 201 && status !== null)).toEqual([]);
  expect(workers.filter(isAlive)).toEqual([]);
  expect(await deployment.asOwner(`select count(*)::int as keys from api_keys where name like 'asked%'`)).toEqual([{ keys: answers.filter((status) => status === 201).length }]);
});

test('a worker in the place of another has the keys that its server started with, whatever was written into the files meanwhile', WITHIN, async () => {
  const deployment = await deploy('postgres', { HOC_WORKERS: '2' });
  const { url, process: server } = await deployment.start();
  const operator = await operatorOf(url, deployment.dataDir);
  // On its way to the next rotation: this server has not been restarted yet.
  await appendFile(deployment.env['HOC_PEPPER_FILE'] ?? '', newKeyLine('p2'));
  for (const [kills, pid] of workersOf(server).entries()) {
    process.kill(pid, 'SIGKILL');
    await workersServing(server, 3 + kills);
  }
  const { managementToken } = await makeTenant(operator, 'Acme');
  await makeKey(new Client(url, managementToken), 'made by one that came later');
  expect(await deployment.asOwner('select distinct pepper_id from api_keys')).toEqual([{ pepper_id: 'k1' }]);
  expect(await readFile(deployment.env['HOC_PEPPER_FILE'] ?? '', 'utf8')).toContain('p2');
});

test('workers that all die at once come back on the port that callers were told of, also where any port would do', WITHIN, async () => {
  const deployment = await deploy('postgres', { HOC_WORKERS: '2', HOC_PORT: '0' });
  const { url, process: server } = await deployment.start();
  const operator = await operatorOf(url, deployment.dataDir);
  for (const pid of workersOf(server)) process.kill(pid, 'SIGKILL');
  await workersServing(server, 4);
  await expectStatus(200, operator.get('/fdr/v1/tenants'));
});

test.each<[string, (bin: string) => Promise<void>]>([
  ['is not found for a while, as while it is upgraded,', async (bin) => {
    await rename(bin, `${bin}.away`);
    await mkdir(bin);
  }],
  ['is not found for a reason that nobody foresees', async (bin) => {
    await rename(bin, `${bin}.away`);
    await writeFile(bin, '');
  }],
])('where the program %s a worker that died is replaced once it is, and its server goes on meanwhile', WITHIN, async (_what, hide) => {
  const cwd = await scratchFolder();
  const { env } = await deploy('postgres', { HOC_WORKERS: '2' });
  const bin = path.join(cwd, 'bin');
  await mkdir(bin);
  await copyFile(process.execPath, path.join(bin, 'node'), constants.COPYFILE_FICLONE);
  const { url, process: server } = await serve({ cwd, env, node: path.join(bin, 'node') });
  const operator = await operatorOf(url, path.join(cwd, '.hoc'));
  await hide(bin);
  const [victim = 0] = workersOf(server);
  process.kill(victim, 'SIGKILL');
  await expect.poll(() => server.log.filter(({ msg }) => msg === 'a worker cannot start').length, { timeout: REPLACED_WITHIN_MS }).toBeGreaterThan(1);
  await expectStatus(200, operator.get('/fdr/v1/tenants'));
  await rm(bin, { recursive: true });
  await rename(`${bin}.away`, bin);
  await workersServing(server, 3);
  expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, signal: null, stderr: '' });
});

test('workers do not outlive their primary: after kill -9 the port is free, and the next start serves', WITHIN, async () => {
  const deployment = await deploy('postgres', { HOC_WORKERS: '2' });
  const first = await deployment.start();
  const workers = workersOf(first.process);
  await first.process.stop('SIGKILL');
  const since = performance.now();
  while (workers.some(isAlive)) {
    expect(performance.now() - since).toBeLessThan(REPLACED_WITHIN_MS);
    await sleep(20);
  }
  const port = new URL(first.url).port;
  const again = await (await deploy('postgres', { ...deployment.env, HOC_PORT: port })).start();
  expect(new URL(again.url).port).toBe(port);
});

test('a start that no worker comes through ends the server with one sentence, and no worker stays', WITHIN, async () => {
  const { env } = await deploy('postgres', { HOC_WORKERS: '3' });
  const other = createServer();
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve); });
  onTestFinished(() => { other.close(); });
  // A listening TCP server has an address of this shape.
  const { port } = other.address() as AddressInfo;
  const ended = await runToEnd({ cwd: await scratchFolder(), env: { ...env, HOC_PORT: String(port) } });
  expectSentence(ended, '127.0.0.1', String(port), 'in use', 'HOC_PORT');
});

test('several workers on the embedded database are refused, with what to do, before anything is made', WITHIN, async () => {
  const cwd = await scratchFolder();
  expectSentence(await runToEnd({ cwd, env: { HOC_WORKERS: '2' } }), 'HOC_WORKERS', 'HOC_DATABASE_URL');
  await expect(readFile(path.join(cwd, '.hoc/kek'))).rejects.toMatchObject({ code: 'ENOENT' });
});
