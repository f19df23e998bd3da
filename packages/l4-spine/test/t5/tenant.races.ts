import { expectDenied } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { chainOf, countBetween, often, race, rush, summary, type Race } from './race.ts';
import { archiveProject, createProject, onTenant, resume, suspend, type Answer, type Cast, type Registry, type Stage } from './stage.ts';
import { PROJECT_COUNT_WITHOUT_LOCK, TENANT_WITHOUT_LOCK } from './unlocked.ts';

const ROUNDS = 500;
const suspendAgainstProject: Race = {
  begin: async (stage, tenant) => {
    // In the first round there is nothing to resume.
    await stage.ask(resume(stage, tenant));
    return { tenant, id: '' };
  },
  guarded: ({ tenant }) => createProject(tenant),
  breaking: ({ tenant }, stage) => suspend(stage, tenant),
  countLate: countBetween('create_project', 'suspend_tenant', 'resume_tenant'),
};

/** The arrows of DOMAIN.md's lifecycle, as the chain's methods take them. */
const ARROWS: Readonly<Record<string, string>> = {
  'ACTIVE suspend_tenant': 'SUSPENDED', 'SUSPENDED resume_tenant': 'ACTIVE', 'ACTIVE terminate_tenant': 'TERMINATED', 'SUSPENDED terminate_tenant': 'TERMINATED',
  'TERMINATED archive_tenant': 'ARCHIVED',
};

export function tenantRaces(stage: () => Stage): void {
  const refusals = (answers: readonly Answer[]): string[] =>
    answers.filter(({ result }) => !result.ok).map(({ result }) => expectDenied(result).violations?.map(({ invariantId }) => invariantId).join() ?? expectDenied(result).code);

  describe('suspend against create_project', () => {
    test(`${ROUNDS} rounds leave no project that was created after the suspension`, async ({ annotate }) => {
      const report = await race(stage(), stage().composed.registry, suspendAgainstProject, { rounds: ROUNDS });
      await annotate(summary(report));
      expect(report).toMatchObject({ rounds: ROUNDS, late: 0, others: [] });
      expect(report.committed).toBeGreaterThan(ROUNDS / 20);
      expect(report.denied).toBeGreaterThan(ROUNDS / 20);
    });

    test('without the lock on the tenant the same harness finds some', async ({ annotate }) => {
      const report = await race(stage(), stage().server({ substitute: TENANT_WITHOUT_LOCK }), suspendAgainstProject, { rounds: 1000, enough: 5 });
      await annotate(summary(report));
      expect(report.late).toBeGreaterThan(0);
    });
  });

  describe('twenty projects at once, on a plan of three', () => {
    test('make exactly two beside the default one', async () => {
      for (let times = 0; times < 8; times += 1) {
        const { refused, active, counter } = await twentyProjects(stage(), await stage().tenant());
        expect({ active, counter }).toEqual({ active: 3, counter: 3 });
        expect(refusals(refused)).toEqual(Array.from({ length: 18 }, () => 'BI-TENANT-006'));
      }
    });

    test('make more without the lock on the counter', async ({ annotate }) => {
      const { active } = await twentyProjects(stage(), await stage().tenant(), stage().server({ substitute: PROJECT_COUNT_WITHOUT_LOCK }));
      await annotate(`${active} ACTIVE projects on a plan of 3`);
      expect(active).toBeGreaterThan(3);
    });
  });

  test('of six archivings of one project one wins, and it is counted once', async () => {
    await often(20, async () => {
      const tenant = await stage().tenant();
      const project = await stage().project(tenant);
      const answers = await rush(stage(), Array.from({ length: 6 }, () => archiveProject(tenant, project)));
      expect(refusals(answers)).toEqual(Array.from({ length: 5 }, () => 'BI-TENANT-007'));
      expect(await countersOf(stage(), tenant)).toMatchObject({ ACTIVE_PROJECTS: 1 });
    });
  });

  test('of four provisionings of one tenant one wins: one management key, one data key, one project', async () => {
    await often(20, async () => {
      const tenant = await stage().tenant({ status: 'CREATING' });
      const answers = await rush(stage(), Array.from({ length: 4 }, () => stage().byOperator('account.write', 'provision_tenant', {}, tenant.id)));
      expect(refusals(answers)).toEqual(Array.from({ length: 3 }, () => 'BI-TENANT-008'));
      const [rows] = await stage().db.asOwner(
        `select (select count(*)::int from api_keys where tenant_id = $1) as "keys", (select count(*)::int from tenant_data_keys where tenant_id = $1) as "dataKeys",
          (select count(*)::int from projects where tenant_id = $1) as "projects"`,
        [tenant.id],
      );
      expect(rows).toEqual({ keys: 1, dataKeys: 1, projects: 1 });
      expect(await countersOf(stage(), tenant)).toEqual({ LIVE_SERVICE_KEYS: 0, LIVE_MANAGEMENT_KEYS: 1, ACTIVE_PROJECTS: 1, LIVE_INTEGRATIONS: 0 });
    });
  });

  test('all steps of the lifecycle at once: the tenant takes only arrows that exist, one after the other', async () => {
    await often(40, async (round) => {
      const tenant = await stage().tenant();
      const methods = (['suspend_tenant', 'resume_tenant', 'terminate_tenant', 'archive_tenant', 'suspend_tenant', 'terminate_tenant'] as const).toSorted(
        (a, b) => ((a.length * round) % 7) - ((b.length * round) % 7),
      );
      const answers = await rush(stage(), methods.map((method) => onTenant(stage(), method, tenant)));
      expect(refusals(answers).every((rule) => rule === 'BI-TENANT-004')).toBe(true);
      let status: string | undefined = 'ACTIVE';
      const committed = (await chainOf(stage(), tenant.id)).filter(({ method }) => method.endsWith('_tenant') && method !== 'provision_tenant');
      for (const { method } of committed) {
        const next: string | undefined = ARROWS[`${status} ${method}`];
        expect(next, `${method} from ${status}`).toBeDefined();
        status = next;
      }
      expect(committed).toHaveLength(answers.filter(({ result }) => result.ok).length);
      const [stored] = await stage().db.asOwner<{ status: string }>('select status from tenants where tenant_id = $1', [tenant.id]);
      expect(stored?.status).toBe(status);
    });
  });
}

async function twentyProjects(stage: Stage, tenant: Cast, registry?: Registry) {
  const answers = await rush(stage, Array.from({ length: 20 }, () => createProject(tenant)), registry);
  const [rows] = await stage.db.asOwner<{ active: number }>(`select count(*)::int as "active" from projects where tenant_id = $1 and status = 'ACTIVE'`, [tenant.id]);
  return { refused: answers.filter(({ result }) => !result.ok), active: rows?.active, counter: (await countersOf(stage, tenant))['ACTIVE_PROJECTS'] };
}

async function countersOf(stage: Stage, tenant: Cast): Promise<Readonly<Record<string, number>>> {
  const rows = await stage.db.asOwner<{ counter: string; value: number }>('select counter, value from tenant_counters where tenant_id = $1', [tenant.id]);
  return Object.fromEntries(rows.map(({ counter, value }) => [counter, value]));
}

