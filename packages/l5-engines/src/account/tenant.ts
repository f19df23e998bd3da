import type { Tenant } from './rows.ts';

/** A new tenant: CREATING, until it is provisioned. */
export const newTenant = (
  parts: Pick<Tenant, 'id' | 'organizationId' | 'name' | 'plan' | 'locator' | 'contactEmail'> & { readonly now: Date },
): Tenant => ({
  id: parts.id,
  organizationId: parts.organizationId,
  name: parts.name,
  plan: parts.plan,
  status: 'CREATING',
  locator: parts.locator,
  contactEmail: parts.contactEmail,
  createdAt: parts.now,
  updatedAt: parts.now,
  rateLimits: [],
  ownerRateLimits: [],
});
