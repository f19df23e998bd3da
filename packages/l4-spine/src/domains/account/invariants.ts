import { allowsTenantStep, isInUse, type TenantStep } from '@hoc/l5-engines/account/lifecycle';
import { missing, stateInvariant, transitionInvariant } from '../../kernel/invariant.ts';
import { liveKeyCounts, liveKeys } from '../api-keys/facts.ts';
import { findings, type ScanScope } from '../scan-scope.ts';
import { isBlank } from '../text.ts';
import { activeProjectCount, organizationUnderShareLock, projectUnderUpdateLock, tenantUnderShareLock, tenantUnderUpdateLock } from './facts.ts';

const NO_TENANT = 'the tenant does not exist';

/** A project belongs to a tenant that exists and is ACTIVE. */
export const projectOfActiveTenant = stateInvariant({
  id: 'BI-TENANT-001',
  guards: ['project.create'],
  severity: 'CRITICAL',
  status: 409,
  condition: 'The tenant of a new project exists and is ACTIVE.',
  remediation: 'Resume the tenant, or finish its provisioning, then create the project again.',
  needs: [tenantUnderShareLock],
  holds: ({ tenant }) => {
    if (tenant === null) return missing(NO_TENANT);
    return tenant.status === 'ACTIVE' || `the tenant is ${tenant.status}`;
  },
  scan: async ({ scans, tenantId }: ScanScope) =>
    findings(tenantId, await scans.projectsOfInactiveTenants(tenantId), ({ tenantStatus }) => `an ACTIVE project of a tenant that is ${tenantStatus}`),
});

/** A tenant belongs to an organization that exists, and has a name that says something. */
export const tenantOfOrganization = transitionInvariant({
  id: 'BI-TENANT-002',
  guards: ['tenant.create'],
  severity: 'HIGH',
  status: 422,
  condition: 'The organization of a new tenant exists, and the name of the tenant is not blank.',
  remediation: 'Create the organization first, and give the tenant a name.',
  needs: [organizationUnderShareLock],
  holds: ({ organization }, { input }: { readonly input: { readonly organizationId: string; readonly name: string } }) => {
    if (organization === null) return missing('the organization does not exist');
    return !isBlank(input.name) || 'the name is blank';
  },
});

/** A tenant that was never provisioned has nothing to terminate. Brings the counters that termination will reset. */
export const tenantCanBeTerminated = transitionInvariant({
  id: 'BI-TENANT-003',
  guards: ['tenant.delete'],
  severity: 'HIGH',
  status: 409,
  condition: 'The tenant exists and is not CREATING.',
  remediation: 'Finish the provisioning of the tenant first.',
  needs: [tenantUnderUpdateLock, liveKeyCounts],
  holds: ({ tenant }) => {
    if (tenant === null) return missing(NO_TENANT);
    return tenant.status !== 'CREATING' || 'the tenant is CREATING';
  },
});

/** A tenant takes only the steps of its lifecycle. */
export const tenantAllowsStep = transitionInvariant({
  id: 'BI-TENANT-004',
  guards: ['tenant.transition', 'tenant.delete'],
  severity: 'CRITICAL',
  status: 409,
  condition: "The lifecycle of tenants has this step from the tenant's status.",
  remediation: 'CREATING leads to ACTIVE, ACTIVE to SUSPENDED and back, both to TERMINATED, and TERMINATED to ARCHIVED. Take a step that exists.',
  needs: [tenantUnderUpdateLock],
  holds: ({ tenant }, { input }: { readonly input: { readonly step: TenantStep } }) =>
    tenant === null ? missing(NO_TENANT) : allowsTenantStep(tenant.status, input.step),
});

/** Termination leaves nothing behind that verifies. Were it broken, that would be a bug of ours. */
export const noLiveKeyAfterTermination = stateInvariant({
  id: 'BI-TENANT-005',
  guards: ['tenant.delete'],
  phase: 'after',
  severity: 'CRITICAL',
  status: 500,
  condition: 'A tenant that was terminated has no live key left.',
  remediation: 'Nothing was written. Report this: termination failed to revoke a key.',
  needs: [liveKeys],
  holds: ({ liveKeys: count }) => count === 0 || `the tenant still has ${count} live keys`,
  scan: async ({ scans, tenantId }: ScanScope, now) =>
    findings(tenantId, await scans.liveKeysOfEndedTenant(tenantId, now), ({ tenantStatus }) => `a live key of a tenant that is ${tenantStatus}`),
});

/** A plan caps the ACTIVE projects. A tenant that does not exist is BI-TENANT-001's to refuse. */
export const projectsWithinPlan = transitionInvariant({
  id: 'BI-TENANT-006',
  guards: ['project.create'],
  severity: 'HIGH',
  status: 409,
  condition: "The tenant's ACTIVE projects, the default one and the new one included, stay within its plan.",
  remediation: 'Archive a project that is no longer needed, or move the tenant to a larger plan.',
  needs: [tenantUnderShareLock, activeProjectCount],
  holds: ({ tenant, activeProjectCount: value }) =>
    tenant === null || value < tenant.quotas.maxProjects || `the tenant has ${value} ACTIVE projects, and its plan ${tenant.plan} allows ${tenant.quotas.maxProjects}`,
});

/** Only what is there and ACTIVE can be archived. Brings the counter that archiving moves. */
export const projectCanBeArchived = transitionInvariant({
  id: 'BI-TENANT-007',
  guards: ['project.archive'],
  severity: 'HIGH',
  status: 409,
  condition: 'The project exists in this tenant and is ACTIVE.',
  remediation: 'Read the project: it was archived before.',
  needs: [activeProjectCount, projectUnderUpdateLock],
  holds: ({ project }) => {
    if (project === null) return missing('the project does not exist in this tenant');
    return project.status === 'ACTIVE' || `the project is ${project.status}`;
  },
});

/** A tenant is provisioned once. */
export const tenantAwaitsProvisioning = transitionInvariant({
  id: 'BI-TENANT-008',
  guards: ['tenant.provision'],
  severity: 'HIGH',
  status: 409,
  condition: 'The tenant exists and is CREATING.',
  remediation: 'The tenant is provisioned already. A lost management key is replaced by another one.',
  needs: [tenantUnderUpdateLock],
  holds: ({ tenant }) => {
    if (tenant === null) return missing(NO_TENANT);
    return tenant.status === 'CREATING' || `the tenant is ${tenant.status}`;
  },
});

/** Limits are those of a tenant in use, while it is suspended too: one that is CREATING has nothing yet, and of one that has ended nothing verifies. */
export const tenantCanBeLimited = transitionInvariant({
  id: 'BI-TENANT-009',
  guards: ['tenant.set_rate_limits', 'tenant.set_owner_rate_limits'],
  severity: 'HIGH',
  status: 409,
  condition: 'The tenant exists and is ACTIVE or SUSPENDED.',
  remediation: 'Finish the provisioning of the tenant first. Of one that has ended nothing verifies, so there is nothing to limit.',
  needs: [tenantUnderUpdateLock],
  holds: ({ tenant }) => {
    if (tenant === null) return missing(NO_TENANT);
    return isInUse(tenant.status) || `the tenant is ${tenant.status}`;
  },
});
