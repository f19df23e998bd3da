import type { Tenant } from '@hoc/l6-drivers/account/tenants.driver';

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

export type Transition = { readonly ok: true; readonly to: TenantStatus } | { readonly ok: false; readonly breach: string };

/** Where the step leads from this status, or why it cannot be taken. */
export const transition = (status: TenantStatus, step: TenantStep): Transition => {
  const { from, to } = TENANT_TRANSITIONS[step];
  return from.includes(status) ? { ok: true, to } : { ok: false, breach: `the tenant is ${status}; ${step} needs ${from.join(' or ')}` };
};

/** Whether the tenant's management keys may be used: to read and to protect, while it is suspended too. */
export const admitsManagement = (status: TenantStatus): boolean => status === 'ACTIVE' || status === 'SUSPENDED';
