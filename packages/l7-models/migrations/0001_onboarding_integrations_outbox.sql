-- Onboarding. A tenant's row is opened when it is provisioned.
CREATE TABLE onboarding (
  tenant_id text NOT NULL,
  state text NOT NULL,
  updated_at timestamptz NOT NULL,
  completed_at timestamptz,
  completed_by jsonb,
  forced_reason text,
  CONSTRAINT onboarding_pk PRIMARY KEY (tenant_id),
  CONSTRAINT onboarding_state CHECK (state IN ('CREATED', 'IDENTITY_VERIFIED', 'API_KEY_CREATED', 'SDK_CONNECTED', 'COMPLETE')),
  CONSTRAINT onboarding_completed CHECK ((state = 'COMPLETE') = (completed_at IS NOT NULL) AND (completed_at IS NULL) = (completed_by IS NULL)),
  CONSTRAINT onboarding_forced CHECK (forced_reason IS NULL OR state = 'COMPLETE'),
  CONSTRAINT onboarding_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id) ON DELETE RESTRICT
);
--> statement-breakpoint
CREATE INDEX onboarding_unfinished_by_time ON onboarding (updated_at, tenant_id) WHERE state <> 'COMPLETE';
--> statement-breakpoint
-- Each kind of evidence is given once: nothing moves a tenant back.
CREATE TABLE onboarding_evidence (
  tenant_id text NOT NULL,
  id text NOT NULL,
  step text NOT NULL,
  kind text NOT NULL,
  subject text,
  detail jsonb NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT onboarding_evidence_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT onboarding_evidence_kind_once UNIQUE (tenant_id, kind),
  CONSTRAINT onboarding_evidence_step CHECK (step IN ('CREATED', 'IDENTITY_VERIFIED', 'API_KEY_CREATED', 'SDK_CONNECTED', 'COMPLETE')),
  CONSTRAINT onboarding_evidence_kind CHECK (kind IN ('CONTACT_CONFIRMED', 'SERVICE_KEY_CREATED', 'SDK_ATTESTED', 'PREDICATES_HELD', 'FORCED')),
  CONSTRAINT onboarding_evidence_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id) ON DELETE RESTRICT
);
--> statement-breakpoint
CREATE TABLE contact_confirmations (
  tenant_id text NOT NULL,
  id text NOT NULL,
  address text NOT NULL,
  digest text NOT NULL,
  pepper_id text NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT contact_confirmations_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT contact_confirmations_digest UNIQUE (tenant_id, digest),
  CONSTRAINT contact_confirmations_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id) ON DELETE RESTRICT
);
--> statement-breakpoint
CREATE INDEX contact_confirmations_by_time ON contact_confirmations (tenant_id, created_at, id);
--> statement-breakpoint
CREATE TABLE attestation_challenges (
  tenant_id text NOT NULL,
  id text NOT NULL,
  digest text NOT NULL,
  pepper_id text NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  key_id text,
  created_by jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT attestation_challenges_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT attestation_challenges_digest UNIQUE (tenant_id, digest),
  CONSTRAINT attestation_challenges_used CHECK ((used_at IS NULL) = (key_id IS NULL)),
  CONSTRAINT attestation_challenges_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id) ON DELETE RESTRICT,
  CONSTRAINT attestation_challenges_answered_by FOREIGN KEY (tenant_id, key_id) REFERENCES api_keys (tenant_id, id) ON DELETE RESTRICT
);
--> statement-breakpoint
-- What a tenant can connect to. Reference table; `probe` says how a connection is tried.
CREATE TABLE connector_types (
  name text NOT NULL,
  title text NOT NULL,
  config_schema jsonb NOT NULL,
  probe jsonb NOT NULL,
  credential_kind text NOT NULL,
  is_enabled boolean NOT NULL,
  revision integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT connector_types_pk PRIMARY KEY (name),
  CONSTRAINT connector_types_credential_kind CHECK (credential_kind IN ('NONE', 'OPTIONAL_TOKEN', 'TOKEN', 'URL'))
);
--> statement-breakpoint
INSERT INTO connector_types (name, title, config_schema, probe, credential_kind, is_enabled, revision, created_at, updated_at) VALUES
  ('OPENAI', 'OpenAI',
   '{"type":"object","additionalProperties":false,"properties":{"baseUrl":{"type":"string","pattern":"^https?://","maxLength":2000,"default":"https://api.openai.com/v1"},"organization":{"type":"string","minLength":1,"maxLength":100}}}',
   '{"method":"GET","url":"{baseUrl}/models","headers":{"authorization":"Bearer {credential}"},"healthyStatuses":[200]}',
   'TOKEN', true, 1, '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z'),
  ('ANTHROPIC', 'Anthropic',
   '{"type":"object","additionalProperties":false,"properties":{"baseUrl":{"type":"string","pattern":"^https?://","maxLength":2000,"default":"https://api.anthropic.com"}}}',
   '{"method":"GET","url":"{baseUrl}/v1/models","headers":{"x-api-key":"{credential}","anthropic-version":"2023-06-01"},"healthyStatuses":[200]}',
   'TOKEN', true, 1, '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z'),
  ('AZURE_OPENAI', 'Azure OpenAI',
   '{"type":"object","additionalProperties":false,"required":["endpoint"],"properties":{"endpoint":{"type":"string","pattern":"^https?://","maxLength":2000},"apiVersion":{"type":"string","pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?$","default":"2024-10-21"}}}',
   '{"method":"GET","url":"{endpoint}/openai/models?api-version={apiVersion}","headers":{"api-key":"{credential}"},"healthyStatuses":[200]}',
   'TOKEN', true, 1, '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z'),
  ('BEDROCK', 'Amazon Bedrock',
   '{"type":"object","additionalProperties":false,"required":["region"],"properties":{"region":{"type":"string","pattern":"^[a-z]{2}(-[a-z]+)+-[0-9]$"}}}',
   '{"method":"GET","url":"https://bedrock.{region}.amazonaws.com/foundation-models","headers":{"authorization":"Bearer {credential}"},"healthyStatuses":[200]}',
   'TOKEN', true, 1, '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z'),
  ('HTTP', 'HTTP service',
   '{"type":"object","additionalProperties":false,"required":["url"],"properties":{"url":{"type":"string","pattern":"^https?://","maxLength":2000}}}',
   '{"method":"GET","url":"{url}","headers":{"authorization":"Bearer {credential}"},"healthyStatuses":[200,201,202,203,204,205,206]}',
   'OPTIONAL_TOKEN', true, 1, '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z'),
  ('SLACK_WEBHOOK', 'Slack incoming webhook',
   '{"type":"object","additionalProperties":false,"properties":{"channel":{"type":"string","minLength":1,"maxLength":100}}}',
   '{"method":"POST","url":"{credential}","headers":{"content-type":"application/json"},"body":"{}","healthyStatuses":[200,400]}',
   'URL', true, 1, '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z');
--> statement-breakpoint
CREATE TABLE integrations (
  tenant_id text NOT NULL,
  id text NOT NULL,
  connector_type text NOT NULL,
  name text NOT NULL,
  name_folded text NOT NULL,
  config jsonb NOT NULL,
  sealed_credential text,
  data_key_id text,
  credential_origin text,
  status text NOT NULL,
  health text NOT NULL,
  checked_at timestamptz,
  health_message text,
  last_probe_ok boolean,
  probed_revision integer,
  created_by jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  version integer NOT NULL,
  CONSTRAINT integrations_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT integrations_status CHECK (status IN ('CREATED', 'ENABLED', 'DISABLED', 'ERROR')),
  CONSTRAINT integrations_health CHECK (health IN ('UNKNOWN', 'HEALTHY', 'DEGRADED', 'FAILING')),
  CONSTRAINT integrations_sealed CHECK ((sealed_credential IS NULL) = (data_key_id IS NULL) AND (sealed_credential IS NULL) = (credential_origin IS NULL)),
  CONSTRAINT integrations_checked CHECK ((checked_at IS NULL) = (last_probe_ok IS NULL) AND (checked_at IS NULL) = (probed_revision IS NULL)),
  CONSTRAINT integrations_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id) ON DELETE RESTRICT,
  CONSTRAINT integrations_connector_type FOREIGN KEY (connector_type) REFERENCES connector_types (name) ON DELETE RESTRICT,
  CONSTRAINT integrations_sealed_under FOREIGN KEY (tenant_id, data_key_id) REFERENCES tenant_data_keys (tenant_id, id) ON DELETE RESTRICT
);
--> statement-breakpoint
-- A deleted integration gives its name free.
CREATE UNIQUE INDEX integrations_name ON integrations (tenant_id, name_folded) WHERE deleted_at IS NULL;
--> statement-breakpoint
CREATE INDEX integrations_by_time ON integrations (tenant_id, created_at, id);
--> statement-breakpoint
-- The events of a write, beside its audit entry and under that entry's number. No foreign key to tenants, as audit entries have
-- none: its check would lock the tenant after the end of the audit chain, against the lock order.
CREATE TABLE outbox_events (
  tenant_id text NOT NULL,
  seq bigint NOT NULL,
  ordinal integer NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  payload jsonb NOT NULL,
  request_id text NOT NULL,
  at timestamptz NOT NULL,
  CONSTRAINT outbox_events_pk PRIMARY KEY (tenant_id, seq, ordinal)
);
--> statement-breakpoint
CREATE TABLE webhook_endpoints (
  tenant_id text NOT NULL,
  id text NOT NULL,
  url text NOT NULL,
  event_types text[] NOT NULL,
  sealed_secret text NOT NULL,
  data_key_id text NOT NULL,
  status text NOT NULL,
  cursor_seq bigint NOT NULL,
  cursor_ordinal integer NOT NULL,
  failing_since timestamptz,
  next_attempt_at timestamptz,
  attempts integer NOT NULL,
  first_attempt_at timestamptz,
  last_failed_at timestamptz,
  last_failure text,
  created_by jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  version integer NOT NULL,
  CONSTRAINT webhook_endpoints_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT webhook_endpoints_status CHECK (status IN ('ENABLED', 'DISABLED')),
  CONSTRAINT webhook_endpoints_attempts CHECK (attempts >= 0),
  CONSTRAINT webhook_endpoints_last_failure CHECK ((last_failed_at IS NULL) = (last_failure IS NULL)),
  CONSTRAINT webhook_endpoints_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id) ON DELETE RESTRICT,
  CONSTRAINT webhook_endpoints_sealed_under FOREIGN KEY (tenant_id, data_key_id) REFERENCES tenant_data_keys (tenant_id, id) ON DELETE RESTRICT
);
--> statement-breakpoint
CREATE INDEX webhook_endpoints_by_time ON webhook_endpoints (tenant_id, created_at, id);
--> statement-breakpoint
CREATE TABLE webhook_dead_letters (
  tenant_id text NOT NULL,
  endpoint_id text NOT NULL,
  event_seq bigint NOT NULL,
  event_ordinal integer NOT NULL,
  reason text NOT NULL,
  attempts integer NOT NULL,
  first_attempt_at timestamptz NOT NULL,
  buried_at timestamptz NOT NULL,
  replayed_at timestamptz,
  CONSTRAINT webhook_dead_letters_pk PRIMARY KEY (tenant_id, endpoint_id, event_seq, event_ordinal),
  CONSTRAINT webhook_dead_letters_endpoint FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT webhook_dead_letters_event FOREIGN KEY (tenant_id, event_seq, event_ordinal) REFERENCES outbox_events (tenant_id, seq, ordinal) ON DELETE RESTRICT
);
--> statement-breakpoint
CREATE INDEX webhook_dead_letters_by_time ON webhook_dead_letters (tenant_id, buried_at, endpoint_id, event_seq, event_ordinal);
--> statement-breakpoint
-- How far HOC's own consumers of a tenant's events have come.
CREATE TABLE consumer_cursors (
  tenant_id text NOT NULL,
  consumer text NOT NULL,
  cursor_seq bigint NOT NULL,
  cursor_ordinal integer NOT NULL,
  attempts integer NOT NULL,
  next_attempt_at timestamptz,
  CONSTRAINT consumer_cursors_pk PRIMARY KEY (tenant_id, consumer),
  CONSTRAINT consumer_cursors_consumer CHECK (consumer IN ('MAIL')),
  CONSTRAINT consumer_cursors_attempts CHECK (attempts >= 0)
);
--> statement-breakpoint
-- One server at a time: who holds a name, and until when.
CREATE TABLE leases (
  name text NOT NULL,
  holder text NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT leases_pk PRIMARY KEY (name)
);
--> statement-breakpoint
ALTER TABLE tenant_counters DROP CONSTRAINT tenant_counters_counter;
--> statement-breakpoint
ALTER TABLE tenant_counters ADD CONSTRAINT tenant_counters_counter
  CHECK (counter IN ('LIVE_SERVICE_KEYS', 'LIVE_MANAGEMENT_KEYS', 'ACTIVE_PROJECTS', 'LIVE_INTEGRATIONS'));
--> statement-breakpoint
-- Tenants that were provisioned before get what provisioning opens from now on. A CREATING one gets it when it is provisioned.
INSERT INTO tenant_counters (tenant_id, counter, value) SELECT tenant_id, 'LIVE_INTEGRATIONS', 0 FROM tenants WHERE status <> 'CREATING';
--> statement-breakpoint
INSERT INTO onboarding (tenant_id, state, updated_at) SELECT tenant_id, 'CREATED', updated_at FROM tenants WHERE status <> 'CREATING';
--> statement-breakpoint
-- Who held every permission of a plane holds those that are new; who was given fewer keeps what it has. A revoked one stays as it was.
-- `grantable` holds no permission of HOC's own: those are granted by whoever holds them.
UPDATE access_tokens SET permissions = permissions || ARRAY[
  'hoc:onboarding.read', 'hoc:onboarding.force', 'hoc:integrations.read', 'hoc:integrations.write', 'hoc:connectors.read', 'hoc:connectors.write',
  'hoc:data-keys.rewrap'
] WHERE plane = 'fdr' AND revoked_at IS NULL AND permissions @> ARRAY[
  'hoc:organizations.create', 'hoc:tenants.create', 'hoc:tenants.provision', 'hoc:tenants.read', 'hoc:tenants.suspend', 'hoc:tenants.resume',
  'hoc:tenants.terminate', 'hoc:tenants.archive', 'hoc:keys.create', 'hoc:tokens.create', 'hoc:tokens.read', 'hoc:tokens.revoke',
  'hoc:governance.read', 'hoc:governance.write'
];
--> statement-breakpoint
UPDATE api_keys SET updated_at = now(), version = version + 1, permissions = permissions || ARRAY[
  'hoc:onboarding.read', 'hoc:onboarding.write', 'hoc:integrations.read', 'hoc:integrations.write', 'hoc:integrations.credentials',
  'hoc:webhooks.read', 'hoc:webhooks.write'
] WHERE kind = 'MANAGEMENT' AND status <> 'REVOKED' AND permissions @> ARRAY[
  'hoc:keys.create', 'hoc:keys.read', 'hoc:keys.update', 'hoc:keys.revoke', 'hoc:keys.rotate', 'hoc:keys.freeze', 'hoc:projects.create',
  'hoc:projects.read', 'hoc:projects.archive', 'hoc:tenant.read', 'hoc:audit.read'
];
--> statement-breakpoint
-- Grants. Evidence and events can only be added; nothing is deleted. A row lock needs UPDATE on one column at least.
GRANT SELECT, INSERT, UPDATE (state, updated_at, completed_at, completed_by, forced_reason) ON onboarding TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON onboarding_evidence TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (used_at) ON contact_confirmations TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (used_at, key_id) ON attestation_challenges TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (title, config_schema, probe, credential_kind, is_enabled, revision, updated_at) ON connector_types TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (
  name, name_folded, config, sealed_credential, data_key_id, credential_origin, status, health, checked_at, health_message, last_probe_ok, probed_revision,
  updated_at, deleted_at, version
) ON integrations TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON outbox_events TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (
  url, event_types, sealed_secret, data_key_id, status, cursor_seq, cursor_ordinal, failing_since, next_attempt_at, attempts,
  first_attempt_at, last_failed_at, last_failure, updated_at, deleted_at, version
) ON webhook_endpoints TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (reason, attempts, buried_at, replayed_at) ON webhook_dead_letters TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (cursor_seq, cursor_ordinal, attempts, next_attempt_at) ON consumer_cursors TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (holder, expires_at) ON leases TO hoc_app;
--> statement-breakpoint
ALTER TABLE onboarding ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE onboarding_evidence ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE contact_confirmations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE attestation_challenges ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE integrations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE webhook_dead_letters ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE consumer_cursors ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY onboarding_own ON onboarding FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY onboarding_evidence_own ON onboarding_evidence FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY contact_confirmations_own ON contact_confirmations FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY attestation_challenges_own ON attestation_challenges FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY integrations_own ON integrations FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY outbox_events_own ON outbox_events FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY webhook_endpoints_own ON webhook_endpoints FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY webhook_dead_letters_own ON webhook_dead_letters FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY consumer_cursors_own ON consumer_cursors FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
-- The operators' list of tenants that do not come further, read-only.
CREATE POLICY onboarding_select_platform ON onboarding FOR SELECT TO hoc_app USING (current_setting('hoc.tenant', true) = 'platform');
