import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BACKENDS } from '@hoc/testbed/databases';
import { describe, expect, test } from 'vitest';
import { checkAftermath } from './crash/aftermath.ts';
import { startLoad } from './crash/load.ts';
import { between, seeded } from '@hoc/testbed/random';
import type { Speakers, TenantModel } from './crash/sent-write.ts';
import { Client, listAll } from './http/client.ts';
import { makeGateway, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy, type Deployment } from './process/deployment.ts';
import type { Serving } from './process/server-process.ts';

const KILLS = 10;

describe.each(BACKENDS)('a server on %s', (backend) => {
  test(`that is killed ${KILLS} times amid writes has every acknowledged write, and every other one whole or not at all`, { timeout: 400_000 }, async () => {
    const seed = randomInt(2 ** 31);
    const random = seeded(seed);
    process.stdout.write(`crash on ${backend}: seed ${seed}\n`);
    const deployment = await deploy(backend);
    let serving = await deployment.start();
    const tenants = await makeTenants(serving, deployment);
    const seen = { acknowledged: 0, unknown: 0, happened: 0 };
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const load = startLoad(tenants, await speakersOf(serving, deployment), random);
      await load.answered(between(random, 15, 60));
      await sleep(between(random, 0, 25));
      expect(await serving.process.stop('SIGKILL'), `kill ${kill} of seed ${seed}`).toMatchObject({ signal: 'SIGKILL', stderr: '' });
      await load.over();
      serving = await deployment.start();
      const speakers = await speakersOf(serving, deployment);
      const gateway = await makeGateway(serving.url, speakers.operator);
      const { unknown, happened } = await checkAftermath(tenants, load.sent, speakers, gateway);
      seen.acknowledged += load.sent.length - unknown;
      seen.unknown += unknown;
      seen.happened += happened;
    }
    process.stdout.write(`crash on ${backend}: ${JSON.stringify(seen)}\n`);
    // Else nothing was interrupted, and nothing was shown.
    expect(seen.unknown, `seed ${seed}`).toBeGreaterThan(KILLS);
    expect((await serving.process.stop('SIGTERM')).code).toBe(0);
    expect(await deployment.asOwner(COUNTERS_THAT_ARE_WRONG)).toEqual([]);
  });
});

/** Counters that say something else than the rows that they count. */
const COUNTERS_THAT_ARE_WRONG = `
  select c.tenant_id, c.counter, c.value, n.value as counted from tenant_counters c join (
    select t.tenant_id, k.counter, (
      select count(*)::int from api_keys a where a.tenant_id = t.tenant_id and a.status <> 'REVOKED' and 'LIVE_' || a.kind || '_KEYS' = k.counter
    ) + (
      select count(*)::int from projects p where p.tenant_id = t.tenant_id and p.status = 'ACTIVE' and k.counter = 'ACTIVE_PROJECTS'
    ) + (
      select count(*)::int from integrations i where i.tenant_id = t.tenant_id and i.deleted_at is null and k.counter = 'LIVE_INTEGRATIONS'
    ) as value from tenants t cross join (values ('LIVE_SERVICE_KEYS'), ('LIVE_MANAGEMENT_KEYS'), ('ACTIVE_PROJECTS'), ('LIVE_INTEGRATIONS')) k (counter)
  ) n on n.tenant_id = c.tenant_id and n.counter = c.counter where n.value <> c.value`;

async function speakersOf({ url }: Serving, { dataDir }: Deployment): Promise<Speakers> {
  return { operator: await operatorOf(url, dataDir), admin: ({ managementToken }) => new Client(url, managementToken) };
}

async function makeTenants({ url }: Serving, { dataDir }: Deployment): Promise<readonly TenantModel[]> {
  const operator = await operatorOf(url, dataDir);
  const tenants: TenantModel[] = [];
  for (const name of ['busy', 'busy too', 'suspended and resumed']) {
    const { id, managementToken } = await makeTenant(operator, name);
    const [project] = await listAll(new Client(url, managementToken), '/v1/projects');
    tenants.push({ id, managementToken, defaultProjectId: String(project?.['id']), status: 'ACTIVE', keys: new Map(), projects: new Map() });
  }
  return tenants;
}
