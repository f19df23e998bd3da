/**
 * How each table stands on more than one machine: `tenant` tables are spread by `tenant_id`, `reference` tables are small and
 * everywhere. The distribution of a cluster is generated from this list, and a test holds the catalogs against it.
 * Parents stand before children. Source: SCALE-OUT.md, rule 13.
 */
export const DISTRIBUTION = {
  organizations: 'reference',
  plans: 'reference',
  tenant_locators: 'reference',
  access_tokens: 'reference',
  installation: 'reference',
  degraded_mode: 'reference',
  connector_types: 'reference',
  leases: 'reference',
  tenants: 'tenant',
  tenant_data_keys: 'tenant',
  tenant_counters: 'tenant',
  projects: 'tenant',
  api_keys: 'tenant',
  audit_heads: 'tenant',
  audit_entries: 'tenant',
  violations: 'tenant',
  idempotency_records: 'tenant',
  invariant_modes: 'tenant',
  onboarding: 'tenant',
  onboarding_evidence: 'tenant',
  contact_confirmations: 'tenant',
  attestation_challenges: 'tenant',
  integrations: 'tenant',
  outbox_events: 'tenant',
  webhook_endpoints: 'tenant',
  webhook_dead_letters: 'tenant',
  consumer_cursors: 'tenant',
} as const;
