import { TENANT_TRANSITIONS, type TenantStep } from '@hoc/l5-engines/account/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import type { TenantRow } from '../rows.ts';

/**
 * Takes the step on a tenant that is under update lock. Whether the step may be taken is BI-TENANT-004's to say; where
 * that is only monitored, the step leads where it always leads.
 */
export async function moveTenant({ tenants, counters }: WriteScope, tenant: TenantRow, step: TenantStep, now: Date): Promise<TenantRow> {
  const [moved] = await Promise.all([
    tenants.setStatus(tenant.id, tenant.status, TENANT_TRANSITIONS[step].to, now),
    // Past that rule, a tenant leaves CREATING without the provisioning that opens its counters; keys and projects may come to life in it then.
    tenant.status === 'CREATING' && counters.open(tenant.id),
  ]);
  if (moved === null) throw new Error('the tenant changed under its lock');
  return moved;
}
