import { tenantUnderShareLock } from '@hoc/l4-spine/domains/account/facts';
import type { FaultyFact } from './faults.ts';
import { createWebhook } from './webhooks.steps.ts';

export const webhookFacts: readonly FaultyFact[] = [
  { fact: tenantUnderShareLock, needed: 'create an endpoint', rules: ['BI-WEBHOOK-001'], monitored: 'FAILED', arrange: async (stage) => createWebhook(await stage.tenant()) },
];
