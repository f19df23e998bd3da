import { setTimeout as sleep } from 'node:timers/promises';
import { BACKENDS } from '@hoc/testbed/databases';
import { describe, expect, test } from 'vitest';
import { at, Client, expectStatus, listAll } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy, type Deployment } from './process/deployment.ts';
import type { Serving } from './process/server-process.ts';

/** What a server that dies may lose of its counts. Source: DOMAIN.md, Usage. */
const LOST_AT_MOST_MS = 15_000;

interface Scene {
  readonly deployment: Deployment;
  readonly serving: Serving;
  readonly gateway: Client;
  readonly managementToken: string;
  readonly key: { readonly id: string; readonly token: string };
}

async function setUp(deployment: Deployment): Promise<Scene> {
  const serving = await deployment.start();
  const operator = await operatorOf(serving.url, deployment.dataDir);
  const { managementToken } = await makeTenant(operator, 'Acme');
  return { deployment, serving, managementToken, gateway: await makeGateway(serving.url, operator), key: await makeKey(new Client(serving.url, managementToken), 'counted') };
}

/** All that is counted, by verdict: of the tenant, or of one key. */
async function counted(admin: Client, path: string): Promise<Readonly<Record<string, number>>> {
  const sums: Record<string, number> = {};
  for (const { counts } of await listAll(admin, `${path}?bucket=hour`)) {
    for (const [verdict, count] of Object.entries(counts as Readonly<Record<string, number>>)) sums[verdict] = (sums[verdict] ?? 0) + count;
  }
  return sums;
}

describe.each(BACKENDS)('usage, on %s', (backend) => {
  test('that was answered for before a stop is all there after it, by verdict, with the last use of each key', { timeout: 200_000 }, async () => {
    const scene = await setUp(await deploy(backend));
    const { serving, gateway, managementToken, key, deployment } = scene;
    const unused = await makeKey(new Client(serving.url, managementToken), 'never used');
    const ask = async (question: object): Promise<unknown> => at(await expectStatus(200, gateway.post('/int/v1/keys/verify', question)), 'code');
    const from = Date.now();
    const asked = [
      ...Array.from({ length: 40 }, () => ask({ token: key.token })), ...Array.from({ length: 7 }, () => ask({ token: key.token, permissions: 'tiles:delete' })),
      // Nobody's: counted for nobody.
      ask({ token: 'nonsense' }), ask({ token: `${key.token.slice(0, -1)}${key.token.endsWith('0') ? '1' : '0'}` }),
    ];
    await Promise.all(asked);
    const last = await ask({ token: key.token, address: '192.0.2.77' });
    expect(last).toBe('VALID');
    // At once: nothing has had the time to be written by itself.
    expect(await serving.process.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });

    const again = await deployment.start();
    const admin = new Client(again.url, managementToken);
    const sums = { VALID: 41, INSUFFICIENT_PERMISSIONS: 7 };
    expect(await counted(admin, '/v1/usage')).toEqual(sums);
    expect(await counted(admin, `/v1/api-keys/${key.id}/usage`)).toEqual(sums);
    expect(await counted(admin, `/v1/api-keys/${unused.id}/usage`)).toEqual({});
    const shown = await expectStatus(200, admin.get(`/v1/api-keys/${key.id}`));
    expect(shown.body).toMatchObject({ verifications: 41, lastAddress: '192.0.2.0/24' });
    const lastUsedAt = Date.parse(String(at(shown, 'lastUsedAt')));
    expect(lastUsedAt).toBeGreaterThanOrEqual(from - 1);
    expect(lastUsedAt).toBeLessThanOrEqual(Date.now());
    expect((await expectStatus(200, admin.get(`/v1/api-keys/${unused.id}`))).body).toMatchObject({ verifications: 0, lastAddress: null, lastUsedAt: null });
  });

  test(`that was answered for ${LOST_AT_MOST_MS / 1000} seconds before a kill is there after it, and nothing that was not asked`, { timeout: 200_000 }, async () => {
    const { serving, gateway, managementToken, key, deployment } = await setUp(await deploy(backend));
    /** When each answer came. */
    const answered: number[] = [];
    let [sent, isOver] = [0, false];
    const lane = async (): Promise<void> => {
      while (!isOver) {
        sent += 1;
        const answer = await gateway.post('/int/v1/keys/verify', { token: key.token }).catch(() => null);
        if (answer?.status === 200) answered.push(performance.now());
        await sleep(5);
      }
    };
    const lanes = Array.from({ length: 4 }, lane);
    // Long enough that most of it has to be there, and is not a multiple of how often counts are written.
    await sleep(LOST_AT_MOST_MS + 4700);
    const killedAt = performance.now();
    expect(await serving.process.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    isOver = true;
    await Promise.all(lanes);

    const again = await deployment.start();
    const { VALID: stored = 0 } = await counted(new Client(again.url, managementToken), '/v1/usage');
    const owed = answered.filter((when) => when < killedAt - LOST_AT_MOST_MS).length;
    expect(owed).toBeGreaterThan(100);
    expect(stored).toBeGreaterThanOrEqual(owed);
    expect(stored).toBeLessThanOrEqual(sent);
    expect(at(await expectStatus(200, new Client(again.url, managementToken).get(`/v1/api-keys/${key.id}`)), 'verifications')).toBe(stored);
  });
});
