import type { Tenant } from './rows.ts';

export type TenantStatus = Tenant['status'];

/** The steps of a tenant's life. `provision` is guarded by BI-TENANT-008, the others by BI-TENANT-004. */
export const TENANT_STEPS = ['provision', 'suspend', 'resume', 'terminate', 'archive'] as const;
export type TenantStep = (typeof TENANT_STEPS)[number];

/** The lifecycle table of DOMAIN.md: from where each step may be taken, and where it leads. */
export const TENANT_TRANSITIONS: Readonly<Record<TenantStep, { readonly from: readonly TenantStatus[]; readonly to: TenantStatus }>> = {
  provision: { from: ['CREATING'], to: 'ACTIVE' },
  suspend: { from: ['ACTIVE'], to: 'SUSPENDED' },
  resume: { from: ['SUSPENDED'], to: 'ACTIVE' },
  terminate: { from: ['ACTIVE', 'SUSPENDED'], to: 'TERMINATED' },
  archive: { from: ['TERMINATED'], to: 'ARCHIVED' },
};

/** Whether the step may be taken from this status; if not, why. */
export const allowsTenantStep = (status: TenantStatus, step: TenantStep): true | string => {
  const { from } = TENANT_TRANSITIONS[step];
  return from.includes(status) || `the tenant is ${status}; ${step} needs ${from.join(' or ')}`;
};

/** Whether the tenant is in use: it was provisioned, and has not ended. */
export const isInUse = (status: TenantStatus): boolean => status === 'ACTIVE' || status === 'SUSPENDED';

/** Whether the tenant's management keys may be used: to read and to protect, while it is suspended too. */
export const admitsManagement = (status: TenantStatus): boolean => isInUse(status);
