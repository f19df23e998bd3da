import type { Negative, Positive } from './proof.ts';
import { handMade, INACTIVE, resume } from './stage.ts';
import { NOBODY } from './tenant.cases.ts';
import { createWebhook } from './webhooks.steps.ts';

export const webhookNegatives: readonly Negative[] = [
  ...INACTIVE.map((status): Negative => ({
    // A tenant that was never provisioned has no data key to seal a secret under.
    rule: 'BI-WEBHOOK-001', what: `an endpoint of a ${status} tenant`, status: 409, says: `the tenant is ${status}`, monitored: status === 'CREATING' ? 'NOT_FOUND' : 'COMMITTED',
    arrange: async (stage) => createWebhook(await stage.tenant({ status })),
  })),
  {
    rule: 'BI-WEBHOOK-001', what: 'an endpoint of a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    arrange: async () => createWebhook({ admin: handMade(NOBODY) }),
  },
];

export const webhookPositives: readonly Positive[] = [
  { rules: ['BI-WEBHOOK-001'], what: 'an endpoint of an ACTIVE tenant', arrange: async (stage) => createWebhook(await stage.tenant()) },
  {
    rules: ['BI-WEBHOOK-001'], what: 'an endpoint of a tenant that was suspended and resumed',
    arrange: async (stage) => {
      const tenant = await stage.tenant({ status: 'SUSPENDED' });
      await stage.do(resume(stage, tenant));
      return createWebhook(tenant);
    },
  },
];
