import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BACKENDS } from '@hoc/testbed/databases';
import { createTestCa } from '@hoc/testbed/test-ca';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Client, expectStatus, listAll, textAt } from './http/client.ts';
import { makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy, type Deployment } from './process/deployment.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import type { Serving } from './process/server-process.ts';
import { Receiver } from './relay/receiver.ts';

const KILLS = 10;
/** Writes that tell one event each. */
const TELLING = new Set(['create', 'freeze', 'unfreeze']);

/** A server with its receiver, whose authority it trusts and whose network it may reach. */
async function deployWithReceiver(backend: (typeof BACKENDS)[number]): Promise<{ readonly deployment: Deployment; readonly receiver: Receiver }> {
  const ca = await createTestCa();
  const caFile = path.join(await scratchFolder(), 'ca.pem');
  await writeFile(caFile, ca.cert);
  const receiver = await Receiver.open(ca);
  onTestFinished(() => receiver.shut());
  return { receiver, deployment: await deploy(backend, { HOC_OUTBOUND_ALLOW: 'lab=127.0.0.0/8', HOC_OUTBOUND_CA_FILE: caFile }) };
}

/** Freezes and unfreezes a key, over and over, whatever becomes of the server. */
class Load {
  /** Request ids of the writes that were answered 200. */
  readonly answered: string[] = [];
  #isOver = false;
  #url: string;
  readonly #running: Promise<void>;

  constructor(url: string, token: string, keyId: string) {
    this.#url = url;
    this.#running = this.#run(token, keyId);
  }

  moveTo({ url }: Serving): void {
    this.#url = url;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(token: string, keyId: string): Promise<void> {
    for (let n = 0; !this.#isOver; n += 1) {
      const requestId = `load-${n}`;
      // A write whose answer got lost may have been done: then the next one of its kind is refused, and tells nothing.
      const step = n % 2 === 0 ? 'freeze' : 'unfreeze';
      const answer = await new Client(this.#url, token).post(`/v1/api-keys/${keyId}/${step}`, { reason: 'load' }, { requestId }).catch(() => null);
      if (answer?.status === 200) this.answered.push(requestId);
      await sleep(100);
    }
  }
}

describe.each(BACKENDS)('webhooks of a real server on %s', (backend) => {
  test(`kill -9 of the sender, ${KILLS} times while it sends, loses no event and keeps their order; all signatures verify`, async () => {
    const { deployment, receiver } = await deployWithReceiver(backend);
    let server = await deployment.start();
    const tenant = await makeTenant(await operatorOf(server.url, deployment.dataDir), 'Acme');
    const admin = (): Client => new Client(server.url, tenant.managementToken);
    const secret = textAt(await expectStatus(201, admin().post('/v1/webhooks', { url: receiver.url })), 'secret');
    const key = await makeKey(admin(), 'load');
    // Slow enough that a kill finds something under way.
    receiver.manners = (_received, response) => {
      setTimeout(() => response.writeHead(204).end(), 30);
      return null;
    };
    const load = new Load(server.url, tenant.managementToken, key.id);
    try {
      for (let kills = 0; kills < KILLS; kills += 1) {
        const before = receiver.received.length;
        await expect.poll(() => receiver.received.length, { timeout: 60_000, interval: 5 }).toBeGreaterThan(before + 2);
        await sleep((kills * 37) % 60);
        await server.process.stop('SIGKILL');
        server = await deployment.start();
        load.moveTo(server);
      }
    } finally {
      await load.stop();
    }
    const written = (await listAll(admin(), '/v1/audit')).filter(({ outcome, method, address }) => outcome === 'COMMITTED' && address === 'api_keys.write' && TELLING.has(String(method)));
    await expect.poll(() => receiver.firstArrivals.length, { timeout: 90_000, interval: 100 }).toBe(written.length);
    expect(receiver.verifiedBy(secret).length).toBe(receiver.received.length);

    expect(await server.process.stop('SIGTERM')).toMatchObject({ code: 0 });
    const told = await deployment.asOwner<{ id: string; requestId: string }>(
      `select id, request_id as "requestId" from outbox_events where tenant_id = '${tenant.id}' and type like 'api_key.%' order by seq, ordinal`,
    );
    expect(receiver.firstArrivals).toEqual(told.map(({ id }) => id));
    const requests = new Set(told.map(({ requestId }) => requestId));
    expect(load.answered.filter((requestId) => !requests.has(requestId))).toEqual([]);
    expect(load.answered.length).toBeGreaterThan(KILLS);
  }, 400_000);

  test('a confirmation is printed once, and no secret of a webhook is in anything that the server writes', async () => {
    const { deployment, receiver } = await deployWithReceiver(backend);
    const server = await deployment.start();
    const tenant = await makeTenant(await operatorOf(server.url, deployment.dataDir), 'Acme');
    const admin = new Client(server.url, tenant.managementToken);
    const made = await expectStatus(201, admin.post('/v1/webhooks', { url: receiver.url }));
    const rotated = await expectStatus(200, admin.post(`/v1/webhooks/${textAt(made, 'webhook', 'id')}/rotate-secret`, undefined));
    await makeKey(admin, 'one');
    await expect.poll(() => receiver.received.length, { timeout: 20_000 }).toBe(1);
    await expect.poll(() => server.process.output, { timeout: 20_000 }).toContain('To: ops@acme.example');
    const { stdout, stderr, code } = await server.process.stop('SIGTERM');
    expect(code).toBe(0);
    expect(stdout.split('To: ops@acme.example').length).toBe(2);
    expect(stdout + stderr).not.toContain('whsec_');
    for (const secret of [textAt(made, 'secret'), textAt(rotated, 'secret')]) expect(stdout + stderr).not.toContain(secret.slice(6));
  });
});
