import { tenantUnderShareLock } from '@hoc/l4-spine/domains/account/facts';
import { describe, expect, test } from 'vitest';
import { afterBreaking, race, type Race } from './race.ts';
import { createKey, resume, suspend, WIDE_PLAN, type Stage } from './stage.ts';
import { withFact } from './substitutes.ts';

/** The tenant as BI-APIKEY-001 wants to know it, but read without a lock. */
export const TENANT_WITHOUT_LOCK = withFact(tenantUnderShareLock, async (scope, { tenantId }) => {
  // Both are sent at once, as the one statement with the lock would be: the lock is all that is missing.
  const [tenant, plan] = await Promise.all([scope.tenants.get(tenantId), scope.plans.get(WIDE_PLAN)]);
  return tenant === null || plan === null ? null : { ...tenant, quotas: plan };
});

const suspendAgainstCreate: Race = {
  guarded: (_stage, tenant) => createKey(tenant),
  breaking: suspend,
  // The first round finds an ACTIVE tenant, which there is no resuming.
  mend: (stage, tenant) => stage.ask(resume(stage, tenant)),
};
const isTooLate = afterBreaking('create', 'suspend_tenant', 'resume_tenant');

export function keyRaces(stage: () => Stage): void {
  describe('suspend against create', () => {
    test('1 000 rounds leave no key that was created after the suspension', { timeout: 120_000 }, async ({ annotate }) => {
      const on = stage();
      const report = await race(on, on.composed.registry, suspendAgainstCreate, { rounds: 1000, isTooLate });
      await annotate(JSON.stringify(report));
      expect(report).toMatchObject({ rounds: 1000, violations: 0, others: [] });
      // The two did meet, and either came first.
      expect(report.committed).toBeGreaterThan(50);
      expect(report.denied).toBeGreaterThan(50);
    });

    test('without the lock on the tenant, the same harness finds such keys', { timeout: 120_000 }, async ({ annotate }) => {
      const on = stage();
      const registry = on.server({ substitute: TENANT_WITHOUT_LOCK });
      const report = await race(on, registry, suspendAgainstCreate, { rounds: 1000, enough: 10, isTooLate });
      await annotate(JSON.stringify(report));
      expect(report.violations).toBeGreaterThan(0);
    });
  });
}
