import { TENANT_TRANSITIONS, type TenantStep } from '@hoc/l5-engines/account/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import type { TenantRow } from '../rows.ts';

/**
 * Takes the step on a tenant that is under update lock. Whether the step may be taken is BI-TENANT-004's to say; where
 * that is only monitored, the step leads where it always leads.
 */
export async function moveTenant({ tenants }: WriteScope, tenant: TenantRow, step: TenantStep, now: Date): Promise<TenantRow> {
  const moved = await tenants.setStatus(tenant.id, tenant.status, TENANT_TRANSITIONS[step].to, now);
  if (moved === null) throw new Error('the tenant changed under its lock');
  return moved;
}
