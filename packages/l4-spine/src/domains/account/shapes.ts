import { z } from 'zod';
import { actorShape } from '../actor.ts';
import { instantOut, isoOrNull } from '../instant.ts';
import { rateLimitShape } from '../rate-limits.ts';
import type { AccessTokenRow, OrganizationRow, ProjectRow, TenantRow } from '../rows.ts';
import { shownOnce } from '../shown-once.ts';

export const organizationShape = z.object({ id: z.string(), name: z.string(), createdAt: instantOut });
export type OrganizationShape = z.output<typeof organizationShape>;

export const showOrganization = ({ id, name, createdAt }: OrganizationRow): OrganizationShape => ({ id, name, createdAt: createdAt.toISOString() });

export const tenantShape = z.object({
  id: z.string(), organizationId: z.string(), name: z.string(), plan: z.string(), status: z.enum(['CREATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED']),
  locator: z.string(), contactEmail: z.string(), rateLimits: z.array(rateLimitShape), ownerRateLimits: z.array(rateLimitShape),
  createdAt: instantOut, updatedAt: instantOut,
});
export type TenantShape = z.output<typeof tenantShape>;

export const showTenant = (tenant: TenantRow): TenantShape => ({
  id: tenant.id, organizationId: tenant.organizationId, name: tenant.name, plan: tenant.plan, status: tenant.status, locator: tenant.locator,
  contactEmail: tenant.contactEmail, rateLimits: tenant.rateLimits.map((limit) => ({ ...limit })), ownerRateLimits: tenant.ownerRateLimits.map((limit) => ({ ...limit })),
  createdAt: tenant.createdAt.toISOString(), updatedAt: tenant.updatedAt.toISOString(),
});

export const projectShape = z.object({
  id: z.string(), tenantId: z.string(), name: z.string(), status: z.enum(['ACTIVE', 'ARCHIVED']), createdAt: instantOut, updatedAt: instantOut,
});
export type ProjectShape = z.output<typeof projectShape>;

export const showProject = (project: ProjectRow): ProjectShape => ({
  id: project.id, tenantId: project.tenantId, name: project.name, status: project.status,
  createdAt: project.createdAt.toISOString(), updatedAt: project.updatedAt.toISOString(),
});

/** A token of an operator or a service as it is listed: never its digest. */
export const accessTokenShape = z.object({
  id: z.string(), plane: z.enum(['int', 'fdr']), name: z.string(), permissions: z.array(z.string()), publicId: z.string(),
  createdBy: actorShape, createdAt: instantOut, revokedAt: instantOut.nullable(), revokedBy: actorShape.nullable(),
});
export type AccessTokenShape = z.output<typeof accessTokenShape>;

export const showAccessToken = (token: AccessTokenRow): AccessTokenShape => ({
  id: token.id, plane: token.plane, name: token.name, permissions: [...token.permissions], publicId: token.publicId,
  createdBy: token.createdBy, createdAt: token.createdAt.toISOString(), revokedAt: isoOrNull(token.revokedAt), revokedBy: token.revokedBy,
});

export const quotasShape = z.object({
  maxServiceKeys: z.int(), maxManagementKeys: z.int(), maxProjects: z.int(), maxIntegrations: z.int(), maxVerificationsPerMonth: z.int().nullable(),
});

/** What a tenant has of what its plan limits. */
export const usageShape = z.object({ serviceKeys: z.int(), managementKeys: z.int(), projects: z.int() });

/** What provisioning answers. */
export const provisioningShape = z.object({ tenant: tenantShape, managementKey: z.object({ id: z.string(), ...shownOnce }) });

/** What making a token answers. */
export const issuedTokenShape = z.object({ id: z.string(), ...shownOnce });
