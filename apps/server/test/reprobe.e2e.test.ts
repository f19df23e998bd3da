import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeResult, ProbeSubject } from '@hoc/l5-engines/integrations/probe';
import { HeldLease } from '@hoc/l6-drivers/leases/held-lease';
import { createComposed, expectOk, type Composed } from '@hoc/testbed/composed';
import { BACKENDS } from '@hoc/testbed/databases';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Reprober, type ReproberOptions } from '../src/reprobe/reprober.ts';

const HEALTHY: ProbeResult = { performed: true, ok: true, health: 'HEALTHY', message: 'The target answered 200.' };
const EVERY_MS = 300;

describe.each(BACKENDS)('integrations in use are probed again and again, on %s', (backend) => {
  let composed: Composed;
  let answer: (subject: ProbeSubject) => Promise<ProbeResult>;
  let probes: string[];
  const running: Reprober[] = [];
  const logged: unknown[] = [];

  beforeEach(async () => {
    probes = [];
    answer = async () => HEALTHY;
    composed = await createComposed(backend, {
      probe: (subject) => {
        probes.push(String(subject.config['url']));
        return answer(subject);
      },
    });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((reprober) => reprober.stop()));
    await composed.close();
  });

  const reprober = (options: Partial<ReproberOptions> = {}): Reprober => {
    const made = new Reprober({
      database: composed.db.database, registry: composed.registry, everyMs: EVERY_MS, random: () => 0.5,
      log: { info: (...args: unknown[]) => void logged.push(args), warn: (...args: unknown[]) => void logged.push(args) }, ...options,
    });
    running.push(made);
    return made;
  };
  const byOperator = async <Value>(address: string, method: string, input: unknown, tenantId?: string): Promise<Value> =>
    expectOk<Value>(await composed.registry.execute(address, { method, principal: composed.operator, input, tenantId }));

  /** A tenant with an integration that is ENABLED, one that is DISABLED, and one that was never enabled; answers the URL of the first. */
  const tenant = async (more = 0): Promise<{ readonly id: string; readonly url: string }> => {
    const { id: organizationId } = await byOperator<{ id: string }>('account.write', 'create_organization', { name: 'Acme' });
    const { id } = await byOperator<{ id: string }>('account.write', 'create_tenant', { organizationId, name: 'Acme', plan: 'PRO', contactEmail: 'ops@acme.example' });
    const { managementKey } = await byOperator<{ managementKey: { token: string } }>('account.write', 'provision_tenant', {}, id);
    const principal = await composed.principalOf(managementKey.token);
    const write = async (method: string, input: unknown): Promise<string> => expectOk<{ id: string }>(await composed.registry.execute('integrations.write', { method, principal, input })).id;
    const url = `https://${randomUUID()}.example/`;
    for (const state of ['ENABLED', 'DISABLED', 'CREATED'] as const) {
      const integrationId = await write('create', { connectorType: 'HTTP', name: state, config: { url: state === 'ENABLED' ? url : 'https://left-alone.example/' } });
      if (state !== 'CREATED') await write('enable', { integrationId });
      if (state === 'DISABLED') await write('disable', { integrationId });
    }
    for (let made = 0; made < more; made += 1) {
      await write('enable', { integrationId: await write('create', { connectorType: 'HTTP', name: `more ${made}`, config: { url: `https://${randomUUID()}.example/` } }) });
    }
    return { id, url };
  };
  const until = async (holds: () => boolean): Promise<void> => {
    for (const end = Date.now() + 20_000; !holds() && Date.now() < end; ) await sleep(20);
    expect(holds()).toBe(true);
  };

  test('those that are ENABLED, of every ACTIVE tenant, and no others; what is found is stored, in the name of the server', async () => {
    const [one, two, suspended] = [await tenant(), await tenant(), await tenant()];
    await byOperator('account.write', 'suspend_tenant', { reason: 'x' }, suspended.id);
    reprober().start();
    await until(() => [one, two].every(({ url }) => probes.filter((probed) => probed === url).length >= 2));
    expect(new Set(probes)).toEqual(new Set([one.url, two.url]));
    const stored = await composed.db.asOwner<{ health: string }>(`select health from integrations where tenant_id = $1 and status = 'ENABLED'`, [one.id]);
    expect(stored).toEqual([{ health: 'HEALTHY' }]);
    const actors = await composed.db.asOwner(`select distinct actor->>'id' as id, actor->>'name' as name from audit_entries where method = 'probe'`);
    expect(actors).toEqual([{ id: 'server', name: 'scheduled probe' }]);
  });

  test('by one server at a time, however many there are', async () => {
    const { url } = await tenant();
    const atOnce = { now: 0, most: 0 };
    answer = async () => {
      atOnce.now += 1;
      atOnce.most = Math.max(atOnce.most, atOnce.now);
      await sleep(100);
      atOnce.now -= 1;
      return HEALTHY;
    };
    for (let servers = 0; servers < 4; servers += 1) reprober({ everyMs: 500 }).start();
    const begun = Date.now();
    await until(() => probes.length >= 4);
    expect(atOnce.most).toBe(1);
    expect(new Set(probes)).toEqual(new Set([url]));
    // Four servers, and yet each integration no more often than every 450 ms.
    expect(probes.length).toBeLessThanOrEqual(Math.ceil((Date.now() - begun) / 450) + 1);
  });

  test('by one server also where the targets of one tenant take longer than its lease', async () => {
    await tenant(7);
    answer = async () => {
      await sleep(1000);
      return HEALTHY;
    };
    // Eight targets, four at once: two seconds; meanwhile the other server asks for the lease every 900 ms.
    for (let servers = 0; servers < 2; servers += 1) reprober({ everyMs: 6000, leaseMs: 1500, random: () => 0 }).start();
    await until(() => probes.length >= 8);
    await sleep(2500);
    expect(probes.toSorted()).toEqual([...new Set(probes)].toSorted());
  });

  test('about as long after it was probed by hand as after a round', async () => {
    const { id, url } = await tenant();
    const everyMs = 3000;
    reprober({ everyMs, random: () => 0 }).start();
    await until(() => probes.includes(url));
    await sleep(everyMs / 2);
    const [{ integrationId } = { integrationId: '' }] = await composed.db.asOwner<{ integrationId: string }>(`select id as "integrationId" from integrations where tenant_id = $1 and status = 'ENABLED'`, [id]);
    await byOperator('integrations.write', 'probe', { integrationId }, id);
    const byHand = Date.now();
    await until(() => probes.filter((probed) => probed === url).length >= 3);
    expect(Date.now() - byHand).toBeGreaterThanOrEqual(0.85 * everyMs);
    // Were a round made once in that time, it would come 1.3 of it later.
    expect(Date.now() - byHand).toBeLessThan(1.2 * everyMs);
  });

  test('not while another server holds the lease, and again once a server that died has lost it', async () => {
    const { url } = await tenant();
    const dead = new HeldLease(composed.db.database, { name: 'integrations.reprobe', holder: 'a server that died', forMs: 2000 });
    expect(await dead.take(new Date())).toBe(true);
    const taken = Date.now();
    reprober().start();
    await sleep(1000);
    expect(probes).toEqual([]);
    await until(() => probes.includes(url));
    expect(Date.now() - taken).toBeGreaterThanOrEqual(2000);
  });

  test('a target that breaks, or a database that is away for a round, does not end the rounds', async () => {
    const { url } = await tenant();
    let asked = 0;
    answer = async () => {
      asked += 1;
      if (asked === 1) throw new Error('a bug');
      return HEALTHY;
    };
    const { registry } = composed;
    let isAway = true;
    reprober({
      registry: {
        execute: (address, call) => {
          if (isAway && address === 'account.query') {
            isAway = false;
            return Promise.reject(new Error('away'));
          }
          return registry.execute(address, call);
        },
      },
    }).start();
    await until(() => probes.filter((probed) => probed === url).length >= 2);
    expect(logged.length).toBeGreaterThan(0);
  });

  test('a server that stops begins no more probes, and does not wait for a slow target for long', async () => {
    await tenant();
    const slow = Promise.withResolvers<ProbeResult>();
    answer = () => slow.promise;
    const stopped = reprober();
    stopped.start();
    await until(() => probes.length === 1);
    const begun = Date.now();
    await stopped.stop();
    expect(Date.now() - begun).toBeLessThan(4500);
    slow.resolve(HEALTHY);
    await sleep(3 * EVERY_MS);
    expect(probes).toHaveLength(1);
  });
});
