/**
 * The one order in which every write takes its locks. The kernel's registry refuses a locking fact that is not here.
 *
 * INVARIANT: counters come before keys and projects. A create that meets its cap settles expired keys while it holds
 * the counter, so whoever changes a key locks the key counters first ({@link liveKeyCounts}); the end of the tenant's
 * audit chain is locked by the kernel after all of these, so nothing of another's may be locked later, in a handler.
 * That holds for the row that a foreign key of an inserted row refers to as well: whoever inserts has it locked by a fact.
 * `stepEvidence` locks keys and a project, `onboardingEvidence` keys, projects, integrations and challenges, each in this order: no write
 * brings them beside those, nor both.
 */
export const LOCK_ORDER = [
  'organization', 'tenant', 'liveKeyCount', 'liveKeyCounts', 'activeProjectCount', 'key', 'project', 'connectorType',
  'integration', 'webhookEndpoint', 'stepEvidence', 'onboardingEvidence',
] as const;
