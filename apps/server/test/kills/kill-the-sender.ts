import { setTimeout as sleep } from 'node:timers/promises';
import type { BACKENDS } from '@hoc/testbed/databases';
import { expect } from 'vitest';
import { Client, expectStatus, listAll, textAt } from '../http/client.ts';
import { makeKey, makeTenant, operatorOf } from '../http/first-steps.ts';
import { deployWithReceiver } from '../relay/deploy-with-receiver.ts';
import { FreezingLoad } from './freezing-load.ts';

export const KILLS = 10;
/** Writes that tell one event each. */
const TELLING = new Set(['create', 'freeze', 'unfreeze']);

/** Kills a server while it sends webhooks, starts it again, over and over, and then holds what the receiver got against what was written. */
export async function killTheSender(backend: (typeof BACKENDS)[number]): Promise<void> {
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
  const load = new FreezingLoad(server.url, tenant.managementToken, key.id);
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
}
