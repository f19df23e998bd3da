import { onboardingEvidence, stepEvidence } from '@hoc/l4-spine/domains/account-onboarding/facts';
import {
  activeProjectCount, organizationUnderShareLock, projectUnderUpdateLock, tenantUnderShareLock, tenantUnderUpdateLock,
} from '@hoc/l4-spine/domains/account/facts';
import { keyUnderUpdateLock, liveKeyCount, projectOfKey } from '@hoc/l4-spine/domains/api-keys/facts';
import { digestsOf } from '@hoc/l5-engines/digest';
import { connectorTypeOfIntegration, integrationUnderUpdateLock } from '@hoc/l4-spine/domains/integrations/facts';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { WIDE_PLAN } from './stage.ts';
import { inTurn, withFact } from './substitutes.ts';

/**
 * Facts read without their locks, for harnesses that must then find what the locks prevent. Everything else stays: also the
 * lock on the end of the audit chain, which makes the writes of a tenant wait for each other, but only after their facts were read.
 * Without the lock on a row that a new row refers to, two writes can also meet in a deadlock, of the foreign key's lock and the
 * end of the chain. PostgreSQL ends it after a second and one of them is tried again, so these harnesses are slow and stop early.
 */

/** The tenant and the quotas of a plan, as they are. Both statements are sent at once, as the one with the lock is. */
async function unlockedTenant(scope: WriteScope, tenantId: string) {
  const [tenant, plan] = await Promise.all([scope.tenants.get(tenantId), scope.plans.get(WIDE_PLAN)]);
  return tenant === null || plan === null ? null : { ...tenant, quotas: plan };
}

/** The tenant, as a write on the wide plan reads it. */
export const TENANT_WITHOUT_LOCK = withFact(tenantUnderShareLock, (scope, { tenantId }) => unlockedTenant(scope, tenantId));

/** The tenant, as a step of its lifecycle reads it; no step looks at the quotas. */
export const TENANT_TO_CHANGE_WITHOUT_LOCK = withFact(tenantUnderUpdateLock, (scope, { tenantId }) => unlockedTenant(scope, tenantId));

/** The organization of a new tenant. */
export const ORGANIZATION_WITHOUT_LOCK = withFact(organizationUnderShareLock, (scope, { input }) => scope.organizations.get(input.organizationId));

/** How many live service keys there are. */
export const KEY_COUNT_WITHOUT_LOCK = withFact(liveKeyCount, async (scope, { tenantId }) => ({
  kind: 'SERVICE', value: await scope.counters.get(tenantId, 'LIVE_SERVICE_KEYS'),
}));

/** The key that the input names, of one that no rotation made; the counters are not locked before it either. */
export const KEY_WITHOUT_LOCK = withFact(keyUnderUpdateLock, async (scope, { tenantId, input }) => {
  const key = input.keyId === undefined ? null : await scope.keys.get(tenantId, input.keyId);
  return key === null ? null : { key, other: null };
});

export const PROJECT_COUNT_WITHOUT_LOCK = withFact(activeProjectCount, (scope, { tenantId }) => scope.counters.get(tenantId, 'ACTIVE_PROJECTS'));

/** The project that is archived, and the counter that its archiving moves. */
export const ARCHIVING_WITHOUT_LOCK = inTurn(
  PROJECT_COUNT_WITHOUT_LOCK,
  withFact(projectUnderUpdateLock, (scope, { tenantId, input }) => scope.projects.get(tenantId, input.projectId)),
);

/** The project that a new key names. */
export const PROJECT_WITHOUT_LOCK = withFact(projectOfKey, async (scope, { tenantId, input }) => {
  const projectId = 'projectId' in input ? (input.projectId ?? null) : null;
  return { projectId, project: projectId === null ? null : await scope.projects.get(tenantId, projectId) };
});

/** The project of a key that is rotated, where it is among the newest: which one it is is told by a statement sent at once with those that ask for them. */
export const PROJECT_OF_ROTATED_KEY_WITHOUT_LOCK = withFact(projectOfKey, async (scope, { tenantId, input }) => {
  if (!('keyId' in input)) return null;
  const [key, newest] = await Promise.all([scope.keys.get(tenantId, input.keyId), scope.projects.list(tenantId, { limit: 5 })]);
  const projectId = key?.projectId ?? null;
  return { projectId, project: newest.find(({ id }) => id === projectId) ?? null };
});

/** What COMPLETE stands on. */
export const PREDICATES_WITHOUT_LOCK = withFact(onboardingEvidence, async (scope, { tenantId, now }) => {
  const [serviceKeys, projects, integrations, answered] = await Promise.all([
    scope.keys.listLiveService(tenantId, now), scope.projects.listActive(tenantId), scope.integrations.listValidated(tenantId), scope.attestationChallenges.listAnswered(tenantId),
  ]);
  return { serviceKeys, projects, integrations, answered };
});

/** What a step of an onboarding stands on; of an answer to a nonce, a key of no project. */
export const STEP_EVIDENCE_WITHOUT_LOCK = withFact(stepEvidence, async (scope, { tenantId, principal, input, now }) => {
  const digests = digestsOf(scope.vault.peppers, input.token ?? input.nonce ?? '');
  const [confirmation, challenge, key, serviceKeys, recorded] = await Promise.all([
    scope.contactConfirmations.find(tenantId, digests), scope.attestationChallenges.find(tenantId, digests), scope.keys.get(tenantId, principal.id),
    scope.keys.listLiveService(tenantId, now), scope.onboardingEvidence.list(tenantId),
  ]);
  return {
    confirmation, challenge, presentedKey: key === null ? null : { id: key.id, isUsable: key.kind === 'SERVICE' && key.status === 'ACTIVE' },
    serviceKeys: serviceKeys.map(({ id }) => id), recorded: recorded.map(({ kind }) => kind),
  };
});

/** The integration that the input names. */
export const INTEGRATION_WITHOUT_LOCK = withFact(integrationUnderUpdateLock, (scope, { tenantId, input }) => scope.integrations.get(tenantId, input.integrationId));

/** The type of an integration, by its name: which one it is, the harness says. */
export const connectorTypeWithoutLock = (name: string) => withFact(connectorTypeOfIntegration, (scope) => scope.connectorTypes.get(name));
