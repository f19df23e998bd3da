import { describe, expect, test } from 'vitest';
import { proved } from './proved.ts';
import { countBetween, race, summary, type Race } from './race.ts';
import { resume, suspend, type Stage } from './stage.ts';
import { TENANT_WITHOUT_LOCK } from './unlocked.ts';
import { createWebhook } from './webhooks.steps.ts';

const ROUNDS = 500;
const suspendAgainstWebhook: Race = {
  begin: async (stage, tenant) => {
    await stage.ask(resume(stage, tenant));
    // There may be so many, and no more.
    await stage.db.asOwner('update webhook_endpoints set deleted_at = now() where tenant_id = $1', [tenant.id]);
    return { tenant, id: '' };
  },
  guarded: ({ tenant }) => createWebhook(tenant),
  breaking: ({ tenant }, stage) => suspend(stage, tenant),
  countLate: countBetween('create', 'suspend_tenant', 'resume_tenant'),
};

export function webhookRaces(stage: () => Stage): void {
  describe('suspend against webhooks.write create', () => {
    test(`${ROUNDS} rounds leave no endpoint that was created after the suspension`, async ({ annotate, task }) => {
      const report = await race(stage(), stage().composed.registry, suspendAgainstWebhook, { rounds: ROUNDS });
      await annotate(summary(report));
      expect(report).toMatchObject({ rounds: ROUNDS, broken: ROUNDS, late: 0, deniedBy: ['BI-WEBHOOK-001'], others: [] });
      expect(report.committed).toBeGreaterThan(ROUNDS / 20);
      expect(report.denied).toBeGreaterThan(ROUNDS / 20);
      proved(task, 'BI-WEBHOOK-001', 'race');
    });

    test('without the lock on the tenant the same harness finds some', async ({ annotate }) => {
      const report = await race(stage(), stage().server({ substitute: TENANT_WITHOUT_LOCK }), suspendAgainstWebhook, { rounds: 1000, enough: 5 });
      await annotate(summary(report));
      expect(report.late).toBeGreaterThan(0);
    });
  });
}
