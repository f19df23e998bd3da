import { setTimeout as sleep } from 'node:timers/promises';
import { askPostgres } from '@hoc/testbed/databases';
import { pgBouncerProgram, startPgBouncer, type PgBouncer, type PgBouncerSettings } from '@hoc/testbed/pgbouncer';
import { describe, expect, onTestFinished, test } from 'vitest';
import { at, Client, expectStatus, textAt, type Answer } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy, type Deployment } from './process/deployment.ts';
import { expectSentence } from './process/expect-sentence.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { runToEnd, serve } from './process/server-process.ts';
import { VerdictLoad } from './workers/verdict-load.ts';

const WITHIN = { timeout: 200_000 };
const RECOVER_WITHIN_MS = 30_000;
const TRANSACTIONS: PgBouncerSettings = { poolMode: 'transaction', poolSize: 4, maxPreparedStatements: 200 };

const program = pgBouncerProgram();
if (program === null) process.stdout.write('HOC_TEST_PGBOUNCER names no PgBouncer (1.21 or newer): what is said of poolers is tried without one, on sessions that keep nothing\n');

interface Pooled {
  readonly deployment: Deployment;
  /** Null where there is no PgBouncer to try. */
  readonly bouncer: PgBouncer | null;
  /** The database, through the pooler. */
  readonly url: string;
}

async function deployPooled(settings: PgBouncerSettings = TRANSACTIONS): Promise<Pooled> {
  const deployment = await deploy('postgres', { HOC_DATABASE_POOLING: 'transaction', HOC_WORKERS: '2' });
  const direct = deployment.env['HOC_DATABASE_URL'] ?? '';
  if (program === null) return { deployment, bouncer: null, url: direct };
  const bouncer = await startPgBouncer(program, direct, settings);
  onTestFinished(() => bouncer.stop());
  return { deployment, bouncer, url: bouncer.url };
}

const startBehind = async ({ deployment, url }: Pooled): ReturnType<typeof serve> =>
  serve({ cwd: deployment.dataDir.replace(/\.hoc$/, ''), env: { ...deployment.env, HOC_DATABASE_URL: url } });

/** What a session is left with that a pooler gives to the next one. */
const LEFT_BEHIND = `select current_user = session_user as "isOwn", current_setting('lock_timeout') as "lockTimeout", current_setting('enable_seqscan') as "seqscan",
  concat_ws(',', nullif(current_setting('hoc.tenant', true), ''), nullif(current_setting('hoc.verify', true), ''), nullif(current_setting('hoc.meter', true), '')) as "ours",
  (select count(*)::int from pg_settings where source = 'session' and name = 'search_path') as "paths",
  (select count(*)::int from pg_locks where pid = pg_backend_pid() and locktype = 'advisory') as "locks"`;

test('a first start goes through a pooler of transactions; thousands of verifications on a few sessions are right, and nothing is left in any of them', WITHIN, async () => {
  const pooled = await deployPooled();
  const { url, process: server } = await startBehind(pooled);
  const operator = await operatorOf(url, pooled.deployment.dataDir);
  const { id: tenantId, managementToken } = await makeTenant(operator, 'Acme');
  const admin = new Client(url, managementToken);
  const [good, revoked] = [await makeKey(admin, 'good'), await makeKey(admin, 'revoked')];
  await expectStatus(200, admin.post(`/v1/api-keys/${revoked.id}/revoke`, { reason: 'leaked' }));
  const gateway = await makeGateway(url, operator);
  const load = new VerdictLoad(url, gateway.token, { good: good.token, revoked: revoked.token, typo: `${good.token.slice(0, -1)}!` }, 48);
  await load.answers(2000);
  // Writes on the same few sessions meanwhile, and reads, a suspension and what verification says of it at once.
  for (let round = 0; round < 5; round += 1) {
    await makeKey(admin, `made meanwhile ${round}`);
    expect(at(await expectStatus(200, admin.get('/v1/audit/verify')), 'valid')).toBe(true);
  }
  const { verdicts, refused, broken } = await load.stop();
  expect({ codes: Object.fromEntries(Object.entries(verdicts).map(([name, counts]) => [name, Object.keys(counts)])), refused, broken }).toEqual({
    codes: { good: ['VALID'], revoked: ['REVOKED'], typo: ['MALFORMED'] }, refused: {}, broken: 0,
  });
  await expectStatus(200, operator.post(`/fdr/v1/tenants/${tenantId}/suspend`, { reason: 'unpaid' }));
  const verify = async (): Promise<unknown> => at(await expectStatus(200, gateway.post('/int/v1/keys/verify', { token: good.token })), 'code');
  for (let round = 0; round < 10; round += 1) expect(await verify()).toBe('TENANT_NOT_ACTIVE');

  // As whoever is lent a session next.
  for (let round = 0; round < 12; round += 1) {
    expect(await askPostgres(pooled.url, LEFT_BEHIND)).toEqual([{ isOwn: true, lockTimeout: '0', seqscan: 'on', ours: '', paths: 0, locks: 0 }]);
  }
  if (pooled.bouncer !== null) {
    const sessions = await pooled.deployment.asOwner<{ count: number }>(`select count(*)::int as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
    expect(sessions[0]?.count).toBeLessThanOrEqual(TRANSACTIONS.poolSize);
  }
  expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
});

test('meters count through a pooler of transactions as they do without one, over all processes: credits and limits to the last, leases, and usage', WITHIN, async () => {
  const pooled = await deployPooled();
  const { url, process: server } = await startBehind(pooled);
  const operator = await operatorOf(url, pooled.deployment.dataDir);
  const { managementToken } = await makeTenant(operator, 'Acme');
  const admin = new Client(url, managementToken);
  const gateway = await makeGateway(url, operator);
  const verify = (token: string, more: object = {}): Promise<Answer> => expectStatus(200, gateway.post('/int/v1/keys/verify', { token, ...more }));
  const codes = async (token: string, calls: number): Promise<Readonly<Record<string, number>>> => {
    const counts: Record<string, number> = {};
    for (const answer of await Promise.all(Array.from({ length: calls }, () => verify(token)))) counts[textAt(answer, 'code')] = (counts[textAt(answer, 'code')] ?? 0) + 1;
    return counts;
  };
  const credited = await makeKey(admin, 'credited', { credits: { remaining: 50 } });
  expect(await codes(credited.token, 200)).toEqual({ VALID: 50, CREDITS_EXHAUSTED: 150 });
  const limited = await makeKey(admin, 'limited', { rateLimits: [{ name: 'day', limit: 40, windowMs: 86_400_000 }] });
  expect(await codes(limited.token, 100)).toEqual({ VALID: 40, RATE_LIMITED: 60 });

  const shared = await makeKey(admin, 'shared', { maxConcurrent: 3 });
  const acquired = await Promise.all(Array.from({ length: 9 }, () => verify(shared.token, { acquire: { seconds: 600 } })));
  const leased = acquired.filter((answer) => at(answer, 'code') === 'VALID');
  expect([leased.length, acquired.filter((answer) => at(answer, 'code') === 'CONCURRENCY_EXCEEDED').length]).toEqual([3, 6]);
  const [first] = leased;
  if (first === undefined) throw new Error('a lease, please');
  const lease = { tenantId: textAt(first, 'tenantId'), keyId: shared.id, leaseId: textAt(first, 'lease', 'id') };
  await expectStatus(200, gateway.post('/int/v1/leases/renew', { ...lease, seconds: 600 }));
  await expectStatus(200, gateway.post('/int/v1/leases/release', lease));
  expect(at(await verify(shared.token, { acquire: { seconds: 600 } }), 'code')).toBe('VALID');

  // What was counted is written when a server stops, at the latest.
  expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  const counted = await pooled.deployment.asOwner(`select k.name, u.verdict, sum(u.count)::int as count
    from (select key_id, verdict, count from usage_hours union all select key_id, 'VALID', hour_count from key_activity) u join api_keys k on k.id = u.key_id where u.verdict = 'VALID' group by 1, 2 order by 1`);
  expect(counted).toEqual([{ name: 'credited', verdict: 'VALID', count: 50 }, { name: 'limited', verdict: 'VALID', count: 40 }, { name: 'shared', verdict: 'VALID', count: 4 }]);
});

test('sessions that are ended under a pooler, and a pooler that dies, cost 503 and no wrong verdict; when it is back, so is the server', WITHIN, async () => {
  const pooled = await deployPooled();
  const { url, process: server } = await startBehind(pooled);
  const operator = await operatorOf(url, pooled.deployment.dataDir);
  const { managementToken } = await makeTenant(operator, 'Acme');
  const admin = new Client(url, managementToken);
  const [good, revoked] = [await makeKey(admin, 'good'), await makeKey(admin, 'revoked')];
  await expectStatus(200, admin.post(`/v1/api-keys/${revoked.id}/revoke`, { reason: 'leaked' }));
  const gateway = await makeGateway(url, operator);
  const load = new VerdictLoad(url, gateway.token, { good: good.token, revoked: revoked.token }, 16);
  await load.answers(300);
  const endSessions = (): Promise<unknown> => pooled.deployment.asOwner(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
  await endSessions();
  await load.answers(300);
  await (pooled.bouncer?.kill() ?? endSessions());
  await load.answers(50);
  await pooled.bouncer?.start();
  const back = performance.now();
  while ((await gateway.post('/int/v1/keys/verify', { token: good.token })).status !== 200 || (await admin.get('/v1/tenant')).status !== 200) {
    expect(performance.now() - back, server.output).toBeLessThan(RECOVER_WITHIN_MS);
    await sleep(50);
  }
  globalThis.process.stdout.write(`after the pooler was back, the server was within ${Math.round(performance.now() - back)} ms\n`);
  await load.answers(500);
  const { verdicts, refused, broken } = await load.stop();
  expect(Object.fromEntries(Object.entries(verdicts).map(([name, counts]) => [name, Object.keys(counts)]))).toEqual({ good: ['VALID'], revoked: ['REVOKED'] });
  expect(Object.keys(refused).filter((status) => status !== '503')).toEqual([]);
  expect(broken).toBe(0);
  await makeKey(admin, 'afterwards');
  expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
});

describe.each(program === null ? [] : [program])('a pooler that is not what the configuration says stops the start with a sentence, before anything is made: %s', (named) => {
  test.each<[string, PgBouncerSettings, 'session' | 'transaction', readonly string[]]>([
    ['it lends transactions to who would have sessions', TRANSACTIONS, 'session', ['HOC_DATABASE_POOLING', 'transaction']],
    ['it keeps no prepared statements', { ...TRANSACTIONS, maxPreparedStatements: 0 }, 'transaction', ['prepared statements', 'max_prepared_statements']],
  ])('%s', WITHIN, async (_what, settings, pooling, words) => {
    const { env, asOwner } = await deploy('postgres');
    const bouncer = await startPgBouncer(named, env['HOC_DATABASE_URL'] ?? '', settings);
    onTestFinished(() => bouncer.stop());
    expectSentence(await runToEnd({ cwd: await scratchFolder(), env: { ...env, HOC_DATABASE_URL: bouncer.url, HOC_DATABASE_POOLING: pooling } }), 'HOC_DATABASE_URL', ...words);
    expect(await asOwner(`select count(*)::int as tables from pg_tables where schemaname = 'public'`)).toEqual([{ tables: 0 }]);
  });
});

test('a pooler of sessions, and none at all, are what HOC_DATABASE_POOLING=session is for', WITHIN, async () => {
  const { deployment, url } = await deployPooled({ poolMode: 'session', poolSize: 60, maxPreparedStatements: 0 });
  const { url: served, process: server } = await serve({ cwd: deployment.dataDir.replace(/\.hoc$/, ''), env: { ...deployment.env, HOC_DATABASE_URL: url, HOC_DATABASE_POOLING: 'session' } });
  const operator = await operatorOf(served, deployment.dataDir);
  await makeTenant(operator, 'Acme');
  expect(await server.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
});
