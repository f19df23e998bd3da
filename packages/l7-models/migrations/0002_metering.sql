-- What a key, an owner and a tenant may use, and what they have used. The defaults are for the rows that stand; the application says
-- every value itself.
ALTER TABLE api_keys
  ADD COLUMN rate_limits jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN has_credits boolean NOT NULL DEFAULT false,
  ADD COLUMN credit_refill jsonb,
  ADD COLUMN max_concurrent integer,
  ADD COLUMN meter_id text;
--> statement-breakpoint
UPDATE api_keys SET meter_id = id;
--> statement-breakpoint
ALTER TABLE api_keys
  ALTER COLUMN rate_limits DROP DEFAULT,
  ALTER COLUMN has_credits DROP DEFAULT,
  ALTER COLUMN meter_id SET NOT NULL,
  ADD CONSTRAINT api_keys_max_concurrent CHECK (max_concurrent BETWEEN 1 AND 1000000);
--> statement-breakpoint
ALTER TABLE tenants
  ADD COLUMN rate_limits jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN owner_rate_limits jsonb NOT NULL DEFAULT '[]';
--> statement-breakpoint
ALTER TABLE tenants
  ALTER COLUMN rate_limits DROP DEFAULT,
  ALTER COLUMN owner_rate_limits DROP DEFAULT;
--> statement-breakpoint
-- Meters. Compared byte by byte: their rows are locked in the order of their names, by many sessions at once. No foreign keys where
-- takings make rows: the check would lock the tenant after the meters, against the lock order. Half-full pages, for they are written
-- again and again; arrays stay in the row.
CREATE TABLE rate_windows (
  tenant_id text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  scope_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  algorithm text COLLATE "C" NOT NULL,
  window_ms bigint NOT NULL,
  at bigint NOT NULL,
  expires bigint[] STORAGE PLAIN NOT NULL,
  sums bigint[] STORAGE PLAIN NOT NULL,
  CONSTRAINT rate_windows_pk PRIMARY KEY (tenant_id, scope, scope_id, name, algorithm, window_ms),
  CONSTRAINT rate_windows_scope CHECK (scope IN ('KEY', 'OWNER', 'TENANT')),
  CONSTRAINT rate_windows_algorithm CHECK (algorithm IN ('SLIDING', 'FIXED'))
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE key_credits (
  tenant_id text COLLATE "C" NOT NULL,
  meter_id text COLLATE "C" NOT NULL,
  remaining bigint NOT NULL,
  period text NOT NULL,
  CONSTRAINT key_credits_pk PRIMARY KEY (tenant_id, meter_id),
  CONSTRAINT key_credits_remaining CHECK (remaining >= 0),
  CONSTRAINT key_credits_key FOREIGN KEY (tenant_id, meter_id) REFERENCES api_keys (tenant_id, id) ON DELETE RESTRICT
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE key_slots (
  tenant_id text COLLATE "C" NOT NULL,
  meter_id text COLLATE "C" NOT NULL,
  held integer NOT NULL,
  at bigint NOT NULL,
  CONSTRAINT key_slots_pk PRIMARY KEY (tenant_id, meter_id),
  CONSTRAINT key_slots_held CHECK (held >= 0)
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE key_leases (
  tenant_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  meter_id text COLLATE "C" NOT NULL,
  key_id text NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT key_leases_pk PRIMARY KEY (tenant_id, id)
);
--> statement-breakpoint
CREATE INDEX key_leases_by_expiry ON key_leases (tenant_id, meter_id, expires_at);
--> statement-breakpoint
-- Usage. What no month has a partition for lies in the default one, until its month is made.
CREATE TABLE usage_hours (
  tenant_id text COLLATE "C" NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  hour timestamptz NOT NULL,
  verdict text COLLATE "C" NOT NULL,
  count bigint NOT NULL,
  CONSTRAINT usage_hours_pk PRIMARY KEY (tenant_id, key_id, hour, verdict),
  CONSTRAINT usage_hours_verdict CHECK (verdict IN (
    'REVOKED', 'EXPIRED', 'FROZEN', 'TENANT_NOT_ACTIVE', 'PROJECT_NOT_ACTIVE', 'FORBIDDEN_ADDRESS', 'FORBIDDEN_RESOURCE',
    'INSUFFICIENT_PERMISSIONS', 'RATE_LIMITED', 'CREDITS_EXHAUSTED', 'CONCURRENCY_EXCEEDED', 'VALID'
  ))
) PARTITION BY RANGE (hour);
--> statement-breakpoint
CREATE INDEX usage_hours_by_hour ON usage_hours (tenant_id, hour);
--> statement-breakpoint
CREATE TABLE usage_hours_rest PARTITION OF usage_hours DEFAULT WITH (fillfactor = 70);
--> statement-breakpoint
CREATE TABLE key_activity (
  tenant_id text COLLATE "C" NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  last_used_at timestamptz NOT NULL,
  last_address text,
  verifications bigint NOT NULL,
  CONSTRAINT key_activity_pk PRIMARY KEY (tenant_id, key_id)
) WITH (fillfactor = 70);
--> statement-breakpoint
-- Grants. A lease is the one thing that the application deletes: it has ended.
GRANT UPDATE (rate_limits, has_credits, credit_refill, max_concurrent) ON api_keys TO hoc_app;
--> statement-breakpoint
GRANT UPDATE (rate_limits, owner_rate_limits) ON tenants TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (at, expires, sums) ON rate_windows TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (remaining, period) ON key_credits TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (held, at) ON key_slots TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (expires_at), DELETE ON key_leases TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (count) ON usage_hours TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (last_used_at, last_address, verifications) ON key_activity TO hoc_app;
--> statement-breakpoint
ALTER TABLE rate_windows ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE key_credits ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE key_slots ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE key_leases ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE usage_hours ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE usage_hours_rest ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE key_activity ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY rate_windows_own ON rate_windows FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY key_credits_own ON key_credits FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY key_slots_own ON key_slots FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY key_leases_own ON key_leases FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY usage_hours_own ON usage_hours FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY key_activity_own ON key_activity FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
-- Verification takes from meters of all tenants in one statement, and counts usage in one, in sessions that see nothing else.
CREATE POLICY rate_windows_meter ON rate_windows FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on') WITH CHECK (current_setting('hoc.meter', true) = 'on');
--> statement-breakpoint
CREATE POLICY key_credits_meter ON key_credits FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on') WITH CHECK (current_setting('hoc.meter', true) = 'on');
--> statement-breakpoint
CREATE POLICY key_slots_meter ON key_slots FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on') WITH CHECK (current_setting('hoc.meter', true) = 'on');
--> statement-breakpoint
CREATE POLICY key_leases_meter ON key_leases FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on') WITH CHECK (current_setting('hoc.meter', true) = 'on');
--> statement-breakpoint
CREATE POLICY usage_hours_meter ON usage_hours FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on') WITH CHECK (current_setting('hoc.meter', true) = 'on');
--> statement-breakpoint
CREATE POLICY key_activity_meter ON key_activity FOR ALL TO hoc_app
  USING (current_setting('hoc.meter', true) = 'on') WITH CHECK (current_setting('hoc.meter', true) = 'on');
--> statement-breakpoint
-- Who held every permission of a plane holds those that are new, as in the migration before; who was given fewer keeps what it has.
UPDATE access_tokens SET permissions = permissions || ARRAY['hoc:usage.read', 'hoc:tenants.limit']
WHERE plane = 'fdr' AND revoked_at IS NULL AND permissions @> ARRAY[
  'hoc:organizations.create', 'hoc:tenants.create', 'hoc:tenants.provision', 'hoc:tenants.read', 'hoc:tenants.suspend', 'hoc:tenants.resume',
  'hoc:tenants.terminate', 'hoc:tenants.archive', 'hoc:keys.create', 'hoc:tokens.create', 'hoc:tokens.read', 'hoc:tokens.revoke',
  'hoc:governance.read', 'hoc:governance.write', 'hoc:onboarding.read', 'hoc:onboarding.force', 'hoc:integrations.read', 'hoc:integrations.write',
  'hoc:connectors.read', 'hoc:connectors.write', 'hoc:data-keys.rewrap'
];
--> statement-breakpoint
UPDATE api_keys SET updated_at = now(), version = version + 1, permissions = permissions || ARRAY['hoc:usage.read', 'hoc:limits.write']
WHERE kind = 'MANAGEMENT' AND status <> 'REVOKED' AND permissions @> ARRAY[
  'hoc:keys.create', 'hoc:keys.read', 'hoc:keys.update', 'hoc:keys.revoke', 'hoc:keys.rotate', 'hoc:keys.freeze', 'hoc:projects.create',
  'hoc:projects.read', 'hoc:projects.archive', 'hoc:tenant.read', 'hoc:audit.read', 'hoc:onboarding.read', 'hoc:onboarding.write',
  'hoc:integrations.read', 'hoc:integrations.write', 'hoc:integrations.credentials', 'hoc:webhooks.read', 'hoc:webhooks.write'
];
