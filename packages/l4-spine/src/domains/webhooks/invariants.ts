import { missing, transitionInvariant } from '../../kernel/invariant.ts';
import { tenantUnderShareLock } from '../account/facts.ts';

/** Nothing comes to life in a tenant that is not ACTIVE. What it was told of before goes on being delivered. */
export const webhookOfActiveTenant = transitionInvariant({
  id: 'BI-WEBHOOK-001',
  guards: ['webhook.create'],
  severity: 'HIGH',
  status: 409,
  condition: 'The tenant of a new webhook endpoint exists and is ACTIVE.',
  remediation: 'Resume the tenant, then create the endpoint again.',
  needs: [tenantUnderShareLock],
  holds: ({ tenant }) => {
    if (tenant === null) return missing('the tenant does not exist');
    return tenant.status === 'ACTIVE' || `the tenant is ${tenant.status}`;
  },
});
