import { setTimeout as sleep } from 'node:timers/promises';
import { askPostgres } from '@hoc/testbed/databases';
import { describe, expect, test } from 'vitest';
import { at, Client, expectStatus, type Answer } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { startProxy, type PostgresProxy } from './outage/postgres-proxy.ts';
import { deploy } from './process/deployment.ts';
import { serve } from './process/server-process.ts';

/** How long an answer may take while the database hangs: the deadline of one statement, and what surrounds it. */
const ANSWER_WITHIN_MS = 30_000;
const RECOVER_WITHIN_MS = 30_000;

type Outage = (proxy: PostgresProxy, url: string) => Promise<() => Promise<unknown>>;

/** Ways in which PostgreSQL goes away; each answers how it comes back. */
const OUTAGES: Readonly<Record<string, Outage>> = {
  'its connections are refused': async (proxy) => {
    await proxy.refuse();
    return () => proxy.restore();
  },
  'it hangs without a word': async (proxy) => {
    proxy.swallow();
    return () => proxy.restore();
  },
  'it ends all sessions and lets nobody in': async (_, url) => {
    const name = new URL(url).pathname.slice(1);
    const elsewhere = new URL(url);
    elsewhere.pathname = '/postgres';
    await askPostgres(elsewhere.href, `alter database ${name} allow_connections false`);
    await askPostgres(elsewhere.href, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    return () => askPostgres(elsewhere.href, `alter database ${name} allow_connections true`);
  },
};

describe.each(Object.entries(OUTAGES))('while PostgreSQL is away because %s', (_, goAway) => {
  test('nothing is answered but 503 with Retry-After, no verdict and no 401 among it; when it is back, all is as before', { timeout: 300_000 }, async () => {
    const { env, dataDir } = await deploy('postgres');
    const direct = env['HOC_DATABASE_URL'] ?? '';
    const proxy = await startProxy(direct);
    const { url, process } = await serve({ cwd: dataDir.replace(/\.hoc$/, ''), env: { ...env, HOC_DATABASE_URL: proxy.url } });
    const operator = await operatorOf(url, dataDir);
    const { id, managementToken } = await makeTenant(operator, 'Acme');
    const admin = new Client(url, managementToken);
    const { token } = await makeKey(admin, 'before');
    const gateway = await makeGateway(url, operator);
    const ready = async (): Promise<Answer> => gateway.get('/readyz');
    const verify = (): Promise<Answer> => gateway.post('/int/v1/keys/verify', { token });
    await expectStatus(200, ready());
    expect(at(await expectStatus(200, verify()), 'code')).toBe('VALID');

    const comeBack = await goAway(proxy, direct);
    const asked = performance.now();
    const answers = await Promise.all([
      ready(), verify(), verify(), gateway.post('/int/v1/keys/verify', { token: `${token.slice(0, -1)}x` }).then((answer) => (answer.status === 200 ? verify() : answer)),
      gateway.post('/int/v1/keys/verify-batch', { items: [{ token }, { token }] }),
      operator.get('/fdr/v1/tenants'), operator.post(`/fdr/v1/tenants/${id}/suspend`, { reason: 'unpaid' }, { idempotencyKey: 'suspend' }),
      admin.get('/v1/tenant'), admin.post('/v1/api-keys', { name: 'during', environment: 'live', permissions: ['tiles:read'] }),
      new Client(url, 'hoc_op_unknown').get('/fdr/v1/tenants').then((answer) => (answer.status === 401 ? verify() : answer)),
    ]);
    for (const answer of answers) {
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 503 });
      expect(answer.body).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(performance.now() - asked).toBeLessThan(ANSWER_WITHIN_MS);
    await expectStatus(200, gateway.get('/healthz'));

    await comeBack();
    const back = performance.now();
    // Whoever asks on is answered, at first perhaps still with 503.
    while ((await verify()).status !== 200 || (await ready()).status !== 200 || (await admin.get('/v1/tenant')).status !== 200) {
      expect(performance.now() - back, process.output).toBeLessThan(RECOVER_WITHIN_MS);
      await sleep(100);
    }
    // A write that was answered 503 may have happened or not; under its idempotency key, it has once.
    expect(at(await expectStatus(200, operator.post(`/fdr/v1/tenants/${id}/suspend`, { reason: 'unpaid' }, { idempotencyKey: 'suspend' })), 'status')).toBe('SUSPENDED');
    expect(at(await expectStatus(200, verify()), 'code')).toBe('TENANT_NOT_ACTIVE');
    expect(at(await expectStatus(200, admin.get('/v1/audit/verify')), 'valid')).toBe(true);
    const ended = await process.stop('SIGTERM');
    expect(ended, process.output).toMatchObject({ code: 0, stderr: '' });
  });
});
