import { transitionInvariant } from '../../kernel/invariant.ts';
import { PLATFORM } from '../../kernel/request.ts';

/** Usage is read tenant by tenant, whoever reads it. A read takes no locks: this is about its request alone. */
export const usageOfOneTenant = transitionInvariant({
  id: 'BI-USAGE-001',
  guards: ['usage.query'],
  severity: 'MEDIUM',
  status: 400,
  condition: 'A request that reads usage is scoped to a tenant.',
  remediation: 'Name the tenant whose usage is to be read.',
  needs: [],
  holds: (_facts, { tenantId }) => tenantId !== PLATFORM || 'the request is not scoped to a tenant',
});
