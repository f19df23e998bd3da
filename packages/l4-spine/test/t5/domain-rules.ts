/** DOMAIN.md, "The invariants", by anchor: the rules that a write, or a read, of that anchor is judged by, and no others. */
export const RULES_BY_ANCHOR = {
  'project.create': ['BI-TENANT-001', 'BI-TENANT-006'],
  'project.archive': ['BI-TENANT-007'],
  'tenant.create': ['BI-TENANT-002'],
  'tenant.provision': ['BI-TENANT-008'],
  'tenant.transition': ['BI-TENANT-004'],
  'tenant.set_rate_limits': ['BI-TENANT-009'],
  'tenant.set_owner_rate_limits': ['BI-TENANT-009'],
  'tenant.delete': ['BI-TENANT-003', 'BI-TENANT-004', 'BI-TENANT-005'],
  'onboarding.activate': ['BI-ONBOARD-001'],
  'onboarding.advance': ['BI-ONBOARD-002'],
  'api_key.create': ['BI-APIKEY-001', 'BI-APIKEY-002', 'BI-APIKEY-003', 'BI-APIKEY-005'],
  'api_key.rotate': ['BI-APIKEY-001', 'BI-APIKEY-003', 'BI-APIKEY-004', 'BI-APIKEY-005'],
  'api_key.unfreeze': ['BI-APIKEY-001', 'BI-APIKEY-004'],
  'api_key.undo_rotation': ['BI-APIKEY-001', 'BI-APIKEY-004'],
  'api_key.revoke': ['BI-APIKEY-004'],
  'api_key.freeze': ['BI-APIKEY-004'],
  'api_key.update': ['BI-APIKEY-003'],
  'integration.create': ['BI-INTEG-004'],
  'integration.enable': ['BI-INTEG-001', 'BI-INTEG-004'],
  'integration.disable': ['BI-INTEG-002'],
  'integration.update': ['BI-INTEG-005'],
  'integration.rotate_credential': ['BI-INTEG-005'],
  'integration.delete': ['BI-INTEG-005'],
  'integration.probe': ['BI-INTEG-005'],
  'integrations.query': ['BI-INTEG-003'],
  'webhook.create': ['BI-WEBHOOK-001'],
  'usage.query': ['BI-USAGE-001'],
} as const;

export type RuleId = (typeof RULES_BY_ANCHOR)[keyof typeof RULES_BY_ANCHOR][number];

/** The rules of an anchor; of one that DOMAIN.md does not name, none. */
export const rulesOf = (anchor: string): readonly RuleId[] =>
  // A string that is one of the keys is a key.
  Object.hasOwn(RULES_BY_ANCHOR, anchor) ? RULES_BY_ANCHOR[anchor as keyof typeof RULES_BY_ANCHOR] : [];
