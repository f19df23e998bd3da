import { describe, expect, test } from 'vitest';
import { countersOf } from './counters.ts';
import { proved } from './proved.ts';
import { countBetween, often, race, refusals, rush, summary, type Race } from './race.ts';
import { archiveProject, createProject, resume, suspend, type Answer, type Cast, type Registry, type Stage } from './stage.ts';
import { ARCHIVING_WITHOUT_LOCK, PROJECT_COUNT_WITHOUT_LOCK, TENANT_WITHOUT_LOCK } from './unlocked.ts';

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

export function projectRaces(stage: () => Stage): void {
  describe('suspend against create_project', () => {
    test(`${ROUNDS} rounds leave no project that was created after the suspension`, async ({ annotate, task }) => {
      const report = await race(stage(), stage().composed.registry, suspendAgainstProject, { rounds: ROUNDS });
      await annotate(summary(report));
      expect(report).toMatchObject({ rounds: ROUNDS, broken: ROUNDS, late: 0, deniedBy: ['BI-TENANT-001'], others: [] });
      expect(report.committed).toBeGreaterThan(ROUNDS / 20);
      expect(report.denied).toBeGreaterThan(ROUNDS / 20);
      proved(task, 'BI-TENANT-001', 'race');
    });

    test('without the lock on the tenant the same harness finds some', async ({ annotate }) => {
      const report = await race(stage(), stage().server({ substitute: TENANT_WITHOUT_LOCK }), suspendAgainstProject, { rounds: 1000, enough: 5 });
      await annotate(summary(report));
      expect(report.late).toBeGreaterThan(0);
    });
  });

  describe('twenty projects at once, on a plan of three', () => {
    test('make exactly two beside the default one', async ({ task }) => {
      for (let times = 0; times < 8; times += 1) {
        const { refused, active, counter } = await twentyProjects(stage(), await stage().tenant());
        expect({ active, counter }).toEqual({ active: 3, counter: 3 });
        expect(refused).toEqual(Array.from({ length: 18 }, () => 'BI-TENANT-006'));
      }
      proved(task, 'BI-TENANT-006', 'race');
    });

    test('make more without the lock on the counter', async ({ annotate }) => {
      const servers = stage().fleetOf({ substitute: PROJECT_COUNT_WITHOUT_LOCK });
      let most = 0;
      // On a busy machine each may have ended before the next one is had.
      for (let times = 0; times < 20 && most <= 3; times += 1) {
        const { active = 0 } = await twentyProjects(stage(), await stage().tenant(), servers);
        most = Math.max(most, active);
      }
      await annotate(`${most} ACTIVE projects on a plan of 3`);
      expect(most).toBeGreaterThan(3);
    });
  });

  describe('six archivings of one project at once', () => {
    test('one wins, and it is counted once; the rule refuses the others', async ({ task }) => {
      await often(20, async () => {
        const tenant = await stage().tenant();
        const answers = await sixArchivings(stage(), tenant);
        expect(refusals(answers)).toEqual(Array.from({ length: 5 }, () => 'BI-TENANT-007'));
        expect(await countersOf(stage(), tenant)).toMatchObject({ ACTIVE_PROJECTS: 1 });
      });
      proved(task, 'BI-TENANT-007', 'race');
    });

    test('without the locks on the project and its counter, the rule lets others through, and only the condition of the update stops them', async () => {
      const servers = stage().fleetOf({ substitute: ARCHIVING_WITHOUT_LOCK });
      const refused: string[] = [];
      await often(20, async () => {
        refused.push(...refusals(await sixArchivings(stage(), await stage().tenant(), servers)));
      });
      expect(refused).toContain('ALREADY_ARCHIVED');
    });
  });
}

async function sixArchivings(stage: Stage, tenant: Cast, servers?: readonly Registry[]): Promise<Answer[]> {
  const project = await stage.project(tenant);
  return rush(stage, Array.from({ length: 6 }, () => archiveProject(tenant, project)), servers);
}

async function twentyProjects(stage: Stage, tenant: Cast, servers?: readonly Registry[]) {
  const answers = await rush(stage, Array.from({ length: 20 }, () => createProject(tenant)), servers);
  const [rows] = await stage.db.asOwner<{ active: number }>(`select count(*)::int as "active" from projects where tenant_id = $1 and status = 'ACTIVE'`, [tenant.id]);
  return { refused: refusals(answers), active: rows?.active, counter: (await countersOf(stage, tenant))['ACTIVE_PROJECTS'] };
}
