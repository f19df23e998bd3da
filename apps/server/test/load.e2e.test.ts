import { Driver, VoidRun } from '@hoc/bench/load/driver';
import type { Plan, Target } from '@hoc/bench/load/plan';
import { expect, onTestFinished, test } from 'vitest';
import { startLoadedServers } from './load/loaded-servers.ts';

const SECONDS = 3;
const KEYS = 3000;

test('under load on two processes every answer is the one right verdict, on the very key that was asked about; a server that mixes answers up is found out', { timeout: 180_000 }, async () => {
  const servers = await startLoadedServers({ tenants: 50 });
  const { folder } = await servers.load(KEYS);
  const driver = new Driver();
  onTestFinished(() => driver.stop());
  const seed = Date.now() % 100_000;
  const planOn = (targets: readonly Target[], more: Partial<Plan> = {}): Plan => ({
    name: `seed ${seed}`, targets, connections: 64, loop: { kind: 'CLOSED' }, warmUpMs: 500, measureMs: SECONDS * 1000, seed,
    asking: {
      kind: 'VERIFY', path: '/int/v1/keys/verify', authorization: `Bearer ${servers.gatewayToken}`, population: folder, distribution: 'UNIFORM', unknownShare: 0.05, malformedShare: 0.01,
    },
    ...more,
  });

  const run = await driver.run(planOn(servers.targets));
  expect(run).toMatchObject({ wrong: 0, unavailable: 0, broken: 0 });
  const verdicts = ['EXPIRED', 'FROZEN', 'MALFORMED', 'NOT_FOUND', 'PROJECT_NOT_ACTIVE', 'REVOKED', 'TENANT_NOT_ACTIVE', 'VALID'];
  expect(Object.keys(run.verdicts).toSorted()).toEqual(verdicts);

  // At a rate far below what the servers can do, nothing waits for anything else, and hot keys are as right as cold ones.
  const open = planOn(servers.targets, { loop: { kind: 'OPEN', perSecond: 200 } });
  expect(await driver.run({ ...open, asking: { ...open.asking, distribution: 'ZIPF' } as Plan['asking'] })).toMatchObject({ wrong: 0, unavailable: 0, broken: 0 });

  const mixed = driver.run(planOn(await servers.startSabotaged('mixed-answers')));
  await expect(mixed).rejects.toBeInstanceOf(VoidRun);
  await expect(mixed).rejects.toThrow(/void: \d+ wrong answers?/);
});
