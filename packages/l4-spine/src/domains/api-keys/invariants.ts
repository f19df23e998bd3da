import { grantableOf, grantedBy, mayGrant, type Grant } from '@hoc/l5-engines/api-keys/grant';
import { allowsStep, type KeyStep } from '@hoc/l5-engines/api-keys/lifecycle';
import { missing, stateInvariant, transitionInvariant } from '../../kernel/invariant.ts';
import { tenantUnderShareLock } from '../account/facts.ts';
import type { KeyRow } from '../rows.ts';
import { findings, type ScanScope } from '../scan-scope.ts';
import { grantor, keyUnderUpdateLock, liveKeyCount, projectOfKey } from './facts.ts';

/** An API key belongs to a tenant that exists and is ACTIVE. Guards every way in which a key comes to life. */
export const keyOfActiveTenant = stateInvariant({
  id: 'BI-APIKEY-001',
  guards: ['api_key.create', 'api_key.rotate', 'api_key.unfreeze', 'api_key.undo_rotation'],
  severity: 'CRITICAL',
  status: 409,
  condition: 'The tenant of an API key that comes to life exists and is ACTIVE.',
  remediation: 'Resume the tenant, or finish its provisioning, then try again.',
  needs: [tenantUnderShareLock],
  holds: ({ tenant }) => {
    if (tenant === null) return missing('the tenant does not exist');
    return tenant.status === 'ACTIVE' || `the tenant is ${tenant.status}`;
  },
  scan: async ({ scans, tenantId }: ScanScope, now) =>
    findings(tenantId, await scans.liveKeysOfInactiveTenants(tenantId, now), ({ tenantStatus }) => `a live key of a tenant that is ${tenantStatus}`),
});

/** A plan caps the live keys of each kind. A tenant that does not exist is BI-APIKEY-001's to refuse. */
export const keysWithinPlan = stateInvariant({
  id: 'BI-APIKEY-002',
  guards: ['api_key.create'],
  severity: 'HIGH',
  status: 409,
  condition: "The tenant's live keys of each kind, the new one included, stay within its plan.",
  remediation: 'Revoke a key that is no longer needed, or move the tenant to a larger plan.',
  needs: [tenantUnderShareLock, liveKeyCount],
  holds: ({ tenant, liveKeyCount: { kind, value } }) => {
    if (tenant === null) return true;
    const cap = kind === 'SERVICE' ? tenant.quotas.maxServiceKeys : tenant.quotas.maxManagementKeys;
    return value < cap || `the tenant has ${value} live ${kind === 'SERVICE' ? 'service' : 'management'} keys, and its plan ${tenant.plan} allows ${cap}`;
  },
  scan: async ({ scans, tenantId }: ScanScope, now) =>
    findings(tenantId, await scans.tenantsOverKeyPlan(tenantId, now), ({ kind, live, allowed }) => `${live} live keys of kind ${kind}, and the plan allows ${allowed}`),
});

/** What an input asks to be granted: the settings of a new key, those of a key that is rotated, or a change of some. */
export type Granting =
  | { readonly permissions: readonly string[]; readonly grantable?: readonly string[] | null | undefined }
  | { readonly keyId: string; readonly step: 'rotate' }
  | {
      readonly keyId: string;
      readonly version: number;
      readonly permissions?: readonly string[] | undefined;
      readonly grantable?: readonly string[] | null | undefined;
      readonly allowedResources?: readonly string[] | undefined;
      readonly allowedAddresses?: readonly string[] | undefined;
      readonly expiresAt?: Date | null | undefined;
      readonly rateLimits?: readonly unknown[] | undefined;
      readonly credits?: object | null | undefined;
      readonly maxConcurrent?: number | null | undefined;
    };

/** A principal grants only what it holds. A key that does not exist is another rule's, or the handler's, to refuse. */
export const grantsWithinOwn = transitionInvariant({
  id: 'BI-APIKEY-003',
  guards: ['api_key.create', 'api_key.rotate', 'api_key.update'],
  severity: 'CRITICAL',
  status: 403,
  condition: 'Every permission that a key is granted is one that the granting principal may grant.',
  remediation: 'Ask for fewer permissions, or let a key that may grant them, or an operator, do this.',
  needs: [grantor, keyUnderUpdateLock],
  holds: ({ grantor, key }, { input }: { readonly input: Granting }) => {
    if (grantor === null) return 'the key that grants is no longer in use';
    if ('keyId' in input) return key === null || mayGrant(grantor, 'step' in input ? key.key : grantedByUpdate(key.key, input));
    const { permissions, grantable } = input;
    return mayGrant(grantor, { permissions, grantable: grantableOf(grantor, grantable, permissions) });
  },
});

/**
 * What an update grants. Lifting a restriction lets a key use what it could not use before, so who touches one must be
 * able to grant the whole key; else only what is added counts.
 */
function grantedByUpdate(key: KeyRow, patch: Extract<Granting, { version: number }>): Grant {
  const after = { permissions: patch.permissions ?? key.permissions, grantable: patch.grantable === undefined ? key.grantable : patch.grantable };
  const restrictions = [patch.allowedResources, patch.allowedAddresses, patch.expiresAt, patch.rateLimits, patch.credits, patch.maxConcurrent];
  const touchesRestriction = restrictions.some((setting) => setting !== undefined);
  return touchesRestriction ? after : grantedBy(key, after);
}

/** A key takes only the steps that its state allows. */
export const keyAllowsStep = transitionInvariant({
  id: 'BI-APIKEY-004',
  guards: ['api_key.revoke', 'api_key.freeze', 'api_key.unfreeze', 'api_key.rotate', 'api_key.undo_rotation'],
  severity: 'HIGH',
  status: 409,
  condition: 'The key exists in this tenant, and its state allows the step.',
  remediation: 'Read the key: it may have been revoked, frozen or rotated meanwhile, or may have expired.',
  needs: [keyUnderUpdateLock],
  holds: ({ key }, { input, now }: { readonly input: { readonly keyId: string; readonly step: KeyStep }; readonly now: Date }) =>
    key === null ? missing('the key does not exist in this tenant') : allowsStep(key, input.step, now),
});

/** A key is bound to no project that is gone. */
export const projectOfKeyIsActive = stateInvariant({
  id: 'BI-APIKEY-005',
  guards: ['api_key.create', 'api_key.rotate'],
  severity: 'CRITICAL',
  status: 409,
  condition: 'The project of a new key, if it has one, exists in this tenant and is ACTIVE.',
  remediation: 'Name an ACTIVE project of this tenant, or none.',
  needs: [projectOfKey],
  holds: ({ project: named }) => {
    if (named === null || named.projectId === null) return true;
    if (named.project === null) return missing('the project does not exist in this tenant');
    return named.project.status === 'ACTIVE' || `the project is ${named.project.status}`;
  },
  scan: async ({ scans, tenantId }: ScanScope, now) =>
    findings(tenantId, await scans.liveKeysOfArchivedProjects(tenantId, now), ({ projectId, projectStatus }) => `a live key of project ${projectId}, which is ${projectStatus}`),
});
