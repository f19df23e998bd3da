import { BACKENDS } from '@hoc/testbed/databases';
import { openPostgres } from '@hoc/l6-drivers/database/postgres';
import type { Database } from '@hoc/l6-drivers/database/database';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { printingMailer } from '../../src/relay/mailer.ts';
import { Relay } from '../../src/relay/relay.ts';
import { projectsIn, Stage } from './stage.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

let stage: Stage;
const relays: Relay[] = [];

async function started(database: Database = stage.composed.db.database): Promise<Relay> {
  const log = (event: unknown): void => void stage.logged.push(event as object); // pino takes an object first
  const relay = new Relay({
    database, outbound: stage.outbound(), keks: stage.composed.vault.keks, mailer: printingMailer(() => {}), log: { info: log, warn: log, error: log },
  });
  relays.push(relay);
  await relay.start();
  return relay;
}

afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await stage.close();
});

describe.each(BACKENDS)('the relay of a server on %s', (backend) => {
  beforeEach(async () => { stage = await Stage.open(backend); });

  test('what is told while it runs is delivered at once when it is woken', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    const relay = await started();
    await stage.webhook(tenant, receiver);
    const names = await stage.projects(tenant, 3);
    relay.wake(tenant.id);
    await expect.poll(() => projectsIn(receiver), { timeout: 3000, interval: 20 }).toEqual(names);
    expect(stage.logged).toEqual([]);
  });

  test('what was told while no server ran is found by the sweep of the next one, whatever has become of the jobs of the queue', async () => {
    const tenants = [await stage.tenant(), await stage.tenant()];
    const receivers = await Promise.all(tenants.map(() => stage.receiver()));
    for (const [at, tenant] of tenants.entries()) {
      const receiver = receivers[at];
      if (receiver !== undefined) await stage.webhook(tenant, receiver);
      await stage.projects(tenant, 2);
    }
    await (await started()).stop();
    for (const receiver of receivers) receiver.received.length = 0;
    for (const tenant of tenants) await stage.projects(tenant, 2, 'late');
    await stage.composed.db.asOwner('delete from pgboss.job');
    await started();
    for (const receiver of receivers) await expect.poll(() => projectsIn(receiver).slice(-2), PATIENCE).toEqual(['late0', 'late1']);
  });

  test('an event that was refused comes again by itself after its wait', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    await stage.webhook(tenant, receiver);
    const relay = await started();
    let asked = 0;
    receiver.manners = () => ((asked += 1) < 3 ? 500 : 204);
    const names = await stage.projects(tenant, 2);
    relay.wake(tenant.id);
    await expect.poll(() => projectsIn(receiver), PATIENCE).toEqual(names);
    expect(receiver.received.length).toBe(4);
  });

  test('it stops within its time while a receiver keeps it waiting, and the event is told again after', async () => {
    const [tenant, receiver] = [await stage.tenant(), await stage.receiver()];
    await stage.webhook(tenant, receiver);
    receiver.manners = () => null;
    const [name] = await stage.projects(tenant, 1);
    const relay = await started();
    await expect.poll(() => receiver.received.length, PATIENCE).toBe(1);
    const began = Date.now();
    await relay.stop();
    expect(Date.now() - began).toBeLessThan(5000);
    receiver.manners = () => 204;
    await started();
    // Before the next sweep, which is 30 seconds off: the first one waits for the end of the claim that was left behind.
    await expect.poll(() => receiver.received.length, { timeout: 25_000, interval: 100 }).toBe(2);
    expect(projectsIn(receiver)).toEqual([name]);
    expect(JSON.stringify(stage.logged)).not.toMatch(/whsec_/);
  }, 90_000);
});

test('several servers on one PostgreSQL share the work, and order stays', async () => {
  stage = await Stage.open('postgres');
  const tenants = await Promise.all([stage.tenant(), stage.tenant(), stage.tenant()]);
  const other = openPostgres({ url: stage.composed.db.url ?? '' });
  try {
    const all = [await started(), await started(other)];
    const told = await Promise.all(tenants.map(async (tenant) => {
      const receiver = await stage.receiver();
      await stage.webhook(tenant, receiver);
      const names = await stage.projects(tenant, 10);
      for (const relay of all) relay.wake(tenant.id);
      return { receiver, names };
    }));
    for (const { receiver, names } of told) await expect.poll(() => projectsIn(receiver), PATIENCE).toEqual(names);
    expect(told.map(({ receiver }) => receiver.received.length)).toEqual([10, 10, 10]);
  } finally {
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
    await other.close();
  }
});
