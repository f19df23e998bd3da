import { describe, expect, test } from 'vitest';
import { proved } from './proved.ts';
import { countBetween, race, summary, type Race } from './race.ts';
import { onTenant, type Stage } from './stage.ts';
import { limitTenant } from './tenant.cases.ts';
import { TENANT_TO_CHANGE_WITHOUT_LOCK } from './unlocked.ts';

const ROUNDS = 120;

/** Each round ends a tenant of its own. */
const terminateAgainstLimit: Race = {
  begin: async (stage) => ({ tenant: await stage.tenant(), id: '' }),
  guarded: ({ tenant }, stage) => limitTenant(stage, tenant),
  breaking: ({ tenant }, stage) => onTenant(stage, 'terminate_tenant', tenant),
  countLate: countBetween('set_rate_limits', 'terminate_tenant', null),
};

/** BI-TENANT-009: what has ended is not limited any more. */
export function limitRaces(stage: () => Stage): void {
  describe('terminate against limits of a tenant', () => {
    test(`${ROUNDS} rounds set no limit of a tenant that was terminated before`, async ({ annotate, task }) => {
      const report = await race(stage(), stage().composed.registry, terminateAgainstLimit, { rounds: ROUNDS });
      await annotate(summary(report));
      expect(report).toMatchObject({ rounds: ROUNDS, broken: ROUNDS, late: 0, deniedBy: ['BI-TENANT-009'], others: [] });
      expect(report.committed).toBeGreaterThan(ROUNDS / 20);
      expect(report.denied).toBeGreaterThan(ROUNDS / 20);
      proved(task, 'BI-TENANT-009', 'race');
    });

    test('without the lock on the tenant the same harness finds some', async ({ annotate }) => {
      const report = await race(stage(), stage().server({ substitute: TENANT_TO_CHANGE_WITHOUT_LOCK }), terminateAgainstLimit, { rounds: 1000, enough: 3 });
      await annotate(summary(report));
      expect(report.late).toBeGreaterThan(0);
    });
  });

  test('limits that are set at once are set one after the other: the list that stays is one of them, whole', async () => {
    const tenant = await stage().tenant();
    const lists = Array.from({ length: 8 }, (_, at) => ['a', 'b'].map((name) => ({ name, limit: at + 1, windowMs: 1000 })));
    await Promise.all(lists.map((rateLimits) => stage().do(stage().byOperator('account.write', 'set_rate_limits', { rateLimits }, tenant.id))));
    const { rateLimits } = await stage().do<{ rateLimits: readonly { name: string; limit: number }[] }>(stage().byOperator('account.query', 'get_tenant', {}, tenant.id));
    expect(rateLimits.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(new Set(rateLimits.map(({ limit }) => limit)).size).toBe(1);
  });
}
