import { describe, expect, test } from 'vitest';
import { countersOf } from './counters.ts';
import { liveKeysOfEndedTenants } from './live-keys-of-ended-tenants.ts';
import { proved } from './proved.ts';
import { chainOf, often, race, refusals, rush, summary, type Race } from './race.ts';
import { onTenant, type Answer, type Cast, type Registry, type Stage } from './stage.ts';
import { withCheck } from './substitutes.ts';
import { TENANT_TO_CHANGE_WITHOUT_LOCK } from './unlocked.ts';

/** The arrows of DOMAIN.md's lifecycle, as the chain's methods take them. */
const ARROWS: Readonly<Record<string, string>> = {
  'ACTIVE suspend_tenant': 'SUSPENDED', 'SUSPENDED resume_tenant': 'ACTIVE', 'ACTIVE terminate_tenant': 'TERMINATED', 'SUSPENDED terminate_tenant': 'TERMINATED',
  'TERMINATED archive_tenant': 'ARCHIVED',
};
const STEPS = ['suspend_tenant', 'resume_tenant', 'terminate_tenant', 'archive_tenant', 'suspend_tenant', 'terminate_tenant'] as const;

const PROVISION_ROUNDS = 120;
const terminateAgainstProvision: Race = {
  begin: async (stage) => ({ tenant: await stage.tenant({ status: 'CREATING' }), id: '' }),
  guarded: ({ tenant }, stage) => onTenant(stage, 'terminate_tenant', tenant),
  breaking: ({ tenant }, stage) => stage.byOperator('account.write', 'provision_tenant', {}, tenant.id),
  // Here the other write mends what the rule asks for: too early is what a termination must not be.
  countLate: (chain) => {
    const methods = chain.map(({ method }) => method);
    const [terminated, provisioned] = [methods.indexOf('terminate_tenant'), methods.indexOf('provision_tenant')];
    return terminated >= 0 && (provisioned < 0 || terminated < provisioned) ? 1 : 0;
  },
};

export function tenantLifecycleRaces(stage: () => Stage): void {
  describe('terminate against provision', () => {
    // BI-TENANT-004 knows no such step either; in MONITOR it leaves the verdict to BI-TENANT-003.
    const alone = <Value>(work: () => Promise<Value>): Promise<Value> => stage().inMode(['BI-TENANT-004'], 'MONITOR', null, work);

    test(`${PROVISION_ROUNDS} rounds leave no tenant that was terminated before it was provisioned, and none with half of it`, async ({ annotate, task }) => {
      const report = await alone(() => race(stage(), stage().composed.registry, terminateAgainstProvision, { rounds: PROVISION_ROUNDS }));
      await annotate(summary(report));
      expect(report).toMatchObject({ rounds: PROVISION_ROUNDS, broken: PROVISION_ROUNDS, late: 0, deniedBy: ['BI-TENANT-003'], others: [] });
      expect(report.committed).toBeGreaterThan(PROVISION_ROUNDS / 20);
      expect(report.denied).toBeGreaterThan(PROVISION_ROUNDS / 20);
      expect(await liveKeysOfEndedTenants(stage(), report.tenants)).toEqual([]);
      proved(task, 'BI-TENANT-003', 'race');
    });

    test('with its check taken out (for nothing leads back to CREATING, the lock alone decides nothing) the same harness finds some', async ({ annotate }) => {
      const registry = stage().server({ substitute: withCheck('BI-TENANT-003', () => true) });
      const report = await alone(() => race(stage(), registry, terminateAgainstProvision, { rounds: 1000, enough: 5 }));
      await annotate(summary(report));
      expect(report.late).toBeGreaterThan(0);
    });
  });

  describe('all steps of the lifecycle at once', () => {
    test('the tenant takes only arrows that exist, one after the other; the rule refuses the others', async ({ task }) => {
      const { strays, refused } = await stepsAtOnce(stage());
      expect(strays).toEqual([]);
      expect(new Set(refused)).toEqual(new Set(['BI-TENANT-004']));
      proved(task, 'BI-TENANT-004', 'race');
    });

    test('without the lock on the tenant, the rule lets others through, and only the condition of the update stops them', async () => {
      const { refused } = await stepsAtOnce(stage(), stage().fleetOf({ substitute: TENANT_TO_CHANGE_WITHOUT_LOCK }));
      expect(refused).toContain('INTERNAL');
    });

    test('with its check taken out the same harness finds arrows that do not exist', async () => {
      const { strays } = await stepsAtOnce(stage(), stage().fleetOf({ substitute: withCheck('BI-TENANT-004', () => true) }));
      expect(strays).not.toEqual([]);
    });
  });

  describe('four provisionings of one tenant at once', () => {
    test('one wins: one management key, one data key, one project; the rule refuses the others', async ({ task }) => {
      await often(20, async () => {
        const tenant = await stage().tenant({ status: 'CREATING' });
        const answers = await fourProvisionings(stage(), tenant);
        expect(refusals(answers)).toEqual(Array.from({ length: 3 }, () => 'BI-TENANT-008'));
        const [rows] = await stage().db.asOwner(
          `select (select count(*)::int from api_keys where tenant_id = $1) as "keys", (select count(*)::int from tenant_data_keys where tenant_id = $1) as "dataKeys",
            (select count(*)::int from projects where tenant_id = $1) as "projects"`,
          [tenant.id],
        );
        expect(rows).toEqual({ keys: 1, dataKeys: 1, projects: 1 });
        expect(await countersOf(stage(), tenant)).toEqual({ LIVE_SERVICE_KEYS: 0, LIVE_MANAGEMENT_KEYS: 1, ACTIVE_PROJECTS: 1, LIVE_INTEGRATIONS: 0 });
      });
      proved(task, 'BI-TENANT-008', 'race');
    });

    test('without the lock on the tenant, the rule lets others through, and only the condition of the update stops them', async () => {
      const servers = stage().fleetOf({ substitute: TENANT_TO_CHANGE_WITHOUT_LOCK });
      const refused: string[] = [];
      await often(20, async () => {
        refused.push(...refusals(await fourProvisionings(stage(), await stage().tenant({ status: 'CREATING' }), servers)));
      });
      expect(refused).toContain('INTERNAL');
    });
  });
}

const fourProvisionings = (stage: Stage, { id }: Cast, servers?: readonly Registry[]): Promise<Answer[]> =>
  rush(stage, Array.from({ length: 4 }, () => stage.byOperator('account.write', 'provision_tenant', {}, id)), servers);

/** Asks for all steps at once, in many orders; which committed ones were no arrows, and by what the others were refused. */
async function stepsAtOnce(stage: Stage, servers?: readonly Registry[]): Promise<{ readonly strays: readonly string[]; readonly refused: readonly string[] }> {
  const strays: string[] = [];
  const refused: string[] = [];
  await often(40, async (round) => {
    const tenant = await stage.tenant();
    const methods = STEPS.toSorted((a, b) => ((a.length * round) % 7) - ((b.length * round) % 7));
    const answers = await rush(stage, methods.map((method) => onTenant(stage, method, tenant)), servers);
    refused.push(...refusals(answers));
    let status: string | undefined = 'ACTIVE';
    const committed = (await chainOf(stage, tenant.id)).filter(({ method }) => method.endsWith('_tenant') && method !== 'provision_tenant');
    for (const { method } of committed) {
      const next: string | undefined = ARROWS[`${status} ${method}`];
      if (next === undefined) strays.push(`${method} from ${status}`);
      status = next;
    }
    expect(committed).toHaveLength(answers.filter(({ result }) => result.ok).length);
    const [stored] = await stage.db.asOwner<{ status: string }>('select status from tenants where tenant_id = $1', [tenant.id]);
    if (status !== undefined) expect(stored?.status).toBe(status);
  });
  return { strays, refused };
}
