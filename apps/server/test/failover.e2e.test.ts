import { setTimeout as sleep } from 'node:timers/promises';
import { askPostgres } from '@hoc/testbed/databases';
import { startOwnPostgres } from '@hoc/testbed/postgres-server';
import { startStandby } from '@hoc/testbed/standby';
import { expect, onTestFinished, test } from 'vitest';
import { at, Client, expectStatus, type Answer } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { startProxy } from './outage/postgres-proxy.ts';
import { makeKeyFiles } from './process/key-files.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { serve } from './process/server-process.ts';
import { VerdictLoad } from './workers/verdict-load.ts';

const WITHIN = { timeout: 200_000 };
const RECOVER_WITHIN_MS = 30_000;
/** The deadline of a verification is two seconds; the rest is for a machine that runs other things as well. */
const VERIFIED_WITHIN_MS = 10_000;

const codesOf = (verdicts: Readonly<Record<string, Readonly<Record<string, number>>>>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(verdicts).map(([name, counts]) => [name, Object.keys(counts)]));

test.each(['session', 'transaction'] as const)('a primary that dies and whose standby takes its place at the same address, sessions pooled by %s: 503 meanwhile, no verdict from a standby that lags, and all that was acknowledged is there', WITHIN, async (pooling) => {
  const primary = await startOwnPostgres();
  onTestFinished(() => primary.stop());
  await askPostgres(primary.url, 'create database hoc');
  const standby = await startStandby(primary);
  onTestFinished(() => standby.stop());
  const database = (server: string): string => Object.assign(new URL(server), { pathname: '/hoc' }).href;
  // Two ways to the same installation: one server's address will move, the other's stays with the old primary.
  const address = await startProxy(database(primary.url));
  const cwd = await scratchFolder();
  const files = await makeKeyFiles(cwd);
  const env = { ...files, HOC_DATABASE_POOLING: pooling };
  const moving = await serve({ cwd, env: { ...env, HOC_DATABASE_URL: address.url } });
  const staying = await serve({ cwd, env: { ...env, HOC_DATABASE_URL: database(primary.url) } });
  const operator = await operatorOf(moving.url, `${cwd}/.hoc`);
  const { id: tenantId, managementToken } = await makeTenant(operator, 'Acme');
  const admin = new Client(moving.url, managementToken);
  const [good, revoked] = [await makeKey(admin, 'good'), await makeKey(admin, 'revoked')];
  await expectStatus(200, admin.post(`/v1/api-keys/${revoked.id}/revoke`, { reason: 'leaked' }));
  const gateway = await makeGateway(moving.url, operator);
  const verify = (token: string): Promise<Answer> => gateway.post('/int/v1/keys/verify', { token });
  expect(at(await expectStatus(200, verify(good.token)), 'code')).toBe('VALID');

  // The standby hears of a revocation, and has not done it yet; then the address moves to it, before anybody has promoted it.
  await askPostgres(primary.url, `alter system set synchronous_commit = 'remote_write'`);
  await askPostgres(primary.url, 'select pg_reload_conf()');
  await standby.pause();
  const late = await makeKey(new Client(staying.url, managementToken), 'revoked while the standby lagged');
  await expectStatus(200, new Client(staying.url, managementToken).post(`/v1/api-keys/${good.id}/revoke`, { reason: 'leaked too' }));
  expect(await askPostgres(database(standby.url), `select status from api_keys where id = '${good.id}'`)).toEqual([{ status: 'ACTIVE' }]);
  address.lead(database(standby.url));
  for (let round = 0; round < 20; round += 1) {
    const asked = performance.now();
    for (const answer of await Promise.all([verify(good.token), verify(revoked.token), gateway.get('/readyz'), admin.get('/v1/api-keys'), admin.post('/v1/api-keys', { name: 'x', environment: 'live', permissions: ['tiles:read'] })])) {
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 503 });
    }
    expect(performance.now() - asked).toBeLessThan(VERIFIED_WITHIN_MS);
  }

  // The primary is gone for good, and the standby takes its place.
  await primary.halt('CRASH');
  await standby.goOn();
  await standby.promote();
  await askPostgres(standby.url, `alter system reset synchronous_standby_names`);
  await askPostgres(standby.url, 'select pg_reload_conf()');
  const promoted = performance.now();
  while ((await verify(good.token)).status !== 200 || (await gateway.get('/readyz')).status !== 200 || (await admin.get('/v1/tenant')).status !== 200) {
    expect(performance.now() - promoted, moving.process.output).toBeLessThan(RECOVER_WITHIN_MS);
    await sleep(20);
  }
  globalThis.process.stdout.write(`sessions pooled by ${pooling}: ${Math.round(performance.now() - promoted)} ms after the standby was promoted, verification, reads and readiness were back\n`);
  expect(at(await expectStatus(200, verify(good.token)), 'code')).toBe('REVOKED');
  expect(at(await expectStatus(200, verify(revoked.token)), 'code')).toBe('REVOKED');
  expect(at(await expectStatus(200, verify(late.token)), 'code')).toBe('VALID');
  expect(at(await expectStatus(200, admin.get('/v1/audit/verify')), 'valid')).toBe(true);
  await makeKey(admin, 'made on the new primary');
  await expectStatus(200, operator.post(`/fdr/v1/tenants/${tenantId}/suspend`, { reason: 'unpaid' }));
  expect(at(await expectStatus(200, verify(late.token)), 'code')).toBe('TENANT_NOT_ACTIVE');
  await moving.process.stop('SIGTERM');
});

test.each(['session', 'transaction'] as const)('credits that are being given out when the primary dies, sessions pooled by %s: what was told is taken, what was not told is taken once at most, and the standby goes on from there', WITHIN, async (pooling) => {
  const primary = await startOwnPostgres();
  onTestFinished(() => primary.stop());
  await askPostgres(primary.url, 'create database hoc');
  const standby = await startStandby(primary);
  onTestFinished(() => standby.stop());
  const database = (server: string): string => Object.assign(new URL(server), { pathname: '/hoc' }).href;
  const address = await startProxy(database(primary.url));
  const cwd = await scratchFolder();
  const { url, process: server } = await serve({ cwd, env: { ...(await makeKeyFiles(cwd)), HOC_DATABASE_URL: address.url, HOC_DATABASE_POOLING: pooling } });
  const operator = await operatorOf(url, `${cwd}/.hoc`);
  const { managementToken } = await makeTenant(operator, 'Acme');
  const credits = 1_000_000;
  const { id, token } = await makeKey(new Client(url, managementToken), 'credited', { credits: { remaining: credits } });
  const gateway = await makeGateway(url, operator);
  const callers = 16;
  const load = new VerdictLoad(url, gateway.token, { credited: token }, callers);
  await load.answers(300);
  await primary.halt('CRASH');
  address.lead(database(standby.url));
  await load.answers(100);
  await standby.promote();
  await askPostgres(standby.url, 'alter system reset synchronous_standby_names');
  await askPostgres(standby.url, 'select pg_reload_conf()');
  const promoted = performance.now();
  while ((await gateway.post('/int/v1/keys/verify', { token })).status !== 200) expect(performance.now() - promoted, server.output).toBeLessThan(RECOVER_WITHIN_MS);
  await load.answers(300);
  const { verdicts, refused, broken } = await load.stop();
  expect({ codes: codesOf(verdicts), refused: Object.keys(refused), broken }).toEqual({ codes: { credited: ['VALID'] }, refused: ['503'], broken: 0 });
  // One more was told to whoever waited for the standby.
  const told = (verdicts['credited']?.['VALID'] ?? 0) + 1;
  const [{ taken }] = (await askPostgres(database(standby.url), `select ${credits} - remaining::int as taken from key_credits where meter_id = '${id}'`)) as [{ taken: number }];
  globalThis.process.stdout.write(`sessions pooled by ${pooling}: ${told} credits were told of, ${taken - told} were taken and not told, ${refused['503']} calls were 503\n`);
  // Of each caller, one call may have been under way when the primary died; nothing was taken for those that were refused later.
  expect(taken).toBeGreaterThanOrEqual(told);
  expect(taken - told).toBeLessThanOrEqual(callers);
  expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
});

test('connections that are killed under load, again and again, cost some 503 and no wrong verdict', WITHIN, async () => {
  const primary = await startOwnPostgres();
  onTestFinished(() => primary.stop());
  const cwd = await scratchFolder();
  const { url, process: server } = await serve({ cwd, env: { ...(await makeKeyFiles(cwd)), HOC_DATABASE_URL: primary.url } });
  const operator = await operatorOf(url, `${cwd}/.hoc`);
  const { managementToken } = await makeTenant(operator, 'Acme');
  const admin = new Client(url, managementToken);
  const [good, revoked] = [await makeKey(admin, 'good'), await makeKey(admin, 'revoked')];
  await expectStatus(200, admin.post(`/v1/api-keys/${revoked.id}/revoke`, { reason: 'leaked' }));
  const gateway = await makeGateway(url, operator);
  const load = new VerdictLoad(url, gateway.token, { good: good.token, revoked: revoked.token }, 16);
  for (let kill = 0; kill < 10; kill += 1) {
    await load.answers(200);
    await askPostgres(primary.url, 'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()');
  }
  await load.answers(200);
  const { verdicts, refused, broken } = await load.stop();
  expect(codesOf(verdicts)).toEqual({ good: ['VALID'], revoked: ['REVOKED'] });
  expect(Object.keys(refused).filter((status) => status !== '503')).toEqual([]);
  expect(broken).toBe(0);
  await makeKey(admin, 'afterwards');
  expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
});

test('a server that hangs is a 503 within the deadline of a verification; once it answers again, so does HOC, although the connections of before stay dead', WITHIN, async () => {
  const primary = await startOwnPostgres();
  onTestFinished(() => primary.stop());
  const proxy = await startProxy(primary.url);
  const cwd = await scratchFolder();
  const { url, process: server } = await serve({ cwd, env: { ...(await makeKeyFiles(cwd)), HOC_DATABASE_URL: proxy.url } });
  const operator = await operatorOf(url, `${cwd}/.hoc`);
  const { managementToken } = await makeTenant(operator, 'Acme');
  const admin = new Client(url, managementToken);
  const { token } = await makeKey(admin, 'good');
  const gateway = await makeGateway(url, operator);
  const verify = (): Promise<Answer> => gateway.post('/int/v1/keys/verify', { token });
  // Connections of every kind, which will all be dead.
  await Promise.all(Array.from({ length: 40 }, () => Promise.all([expectStatus(200, verify()), expectStatus(200, admin.get('/v1/api-keys'))])));
  proxy.swallow();
  const took: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(Array.from({ length: 20 }, async () => {
      const asked = performance.now();
      expect((await verify()).status).toBe(503);
      took.push(performance.now() - asked);
    }));
  }
  expect(Math.max(...took)).toBeLessThan(VERIFIED_WITHIN_MS);
  await proxy.restore();
  const back = performance.now();
  while ((await verify()).status !== 200) expect(performance.now() - back, server.output).toBeLessThan(RECOVER_WITHIN_MS);
  const verified = performance.now() - back;
  while ((await admin.get('/v1/tenant')).status !== 200 || (await admin.post('/v1/api-keys', { name: 'again', environment: 'live', permissions: ['tiles:read'] })).status !== 201) {
    expect(performance.now() - back, server.output).toBeLessThan(RECOVER_WITHIN_MS);
  }
  globalThis.process.stdout.write(`while the server hung, 503 within ${Math.round(Math.max(...took))} ms; when it was back, verification after ${Math.round(verified)} ms, reads and writes after ${Math.round(performance.now() - back)} ms\n`);
  // Every connection that there was has been found out by now: no request meets a dead one.
  await Promise.all(Array.from({ length: 20 }, () => expectStatus(200, admin.get('/v1/api-keys'))));
  expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
});
