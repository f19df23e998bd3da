import { activeProjectCount, tenantUnderShareLock } from '@hoc/l4-spine/domains/account/facts';
import { liveKeyCount, projectOfKey } from '@hoc/l4-spine/domains/api-keys/facts';
import { WIDE_PLAN } from './stage.ts';
import { withFact } from './substitutes.ts';

/**
 * Facts read without their locks, for harnesses that must then find what the locks prevent. Everything else stays: also the
 * lock on the end of the audit chain, which makes the writes of a tenant wait for each other, but only after their facts were read.
 * Without the lock on a row that a new row refers to, two writes can also meet in a deadlock, of the foreign key's lock and the
 * end of the chain. PostgreSQL ends it after a second and one of them is tried again, so these harnesses are slow and stop early.
 */

/** The tenant, as a write on the wide plan reads it. Both statements are sent at once, as the one with the lock is. */
export const TENANT_WITHOUT_LOCK = withFact(tenantUnderShareLock, async (scope, { tenantId }) => {
  const [tenant, plan] = await Promise.all([scope.tenants.get(tenantId), scope.plans.get(WIDE_PLAN)]);
  return tenant === null || plan === null ? null : { ...tenant, quotas: plan };
});

/** How many live service keys there are. */
export const KEY_COUNT_WITHOUT_LOCK = withFact(liveKeyCount, async (scope, { tenantId }) => ({
  kind: 'SERVICE', value: await scope.counters.get(tenantId, 'LIVE_SERVICE_KEYS'),
}));

export const PROJECT_COUNT_WITHOUT_LOCK = withFact(activeProjectCount, (scope, { tenantId }) => scope.counters.get(tenantId, 'ACTIVE_PROJECTS'));

/** The project that a new key names. */
export const PROJECT_WITHOUT_LOCK = withFact(projectOfKey, async (scope, { tenantId, input }) => {
  const projectId = 'projectId' in input ? (input.projectId ?? null) : null;
  return { projectId, project: projectId === null ? null : await scope.projects.get(tenantId, projectId) };
});
