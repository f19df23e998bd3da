-- The role that the application takes on for every statement: it owns nothing and cannot bypass row-level security.
-- It belongs to the whole cluster, so another database may have made it before, or may be making it now. An owner that is no
-- superuser needs CREATEROLE where it does not exist yet, and membership where it does.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hoc_app') THEN
    BEGIN
      CREATE ROLE hoc_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END IF;
  BEGIN
    SET LOCAL ROLE hoc_app;
    RESET ROLE;
  EXCEPTION WHEN insufficient_privilege THEN
    EXECUTE format('GRANT hoc_app TO %I', current_user);
  END;
END
$$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO hoc_app;
--> statement-breakpoint
-- Sets the tenant of the transaction, for the policies below. A function that runs SET LOCAL, never set_config, which a
-- distributed planner does not pass on (SCALE-OUT.md, rule 9).
CREATE FUNCTION hoc_set_tenant(tenant text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SET LOCAL hoc.tenant = %L', tenant);
END
$$;
--> statement-breakpoint
CREATE TABLE organizations (
  id text NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT organizations_pk PRIMARY KEY (id)
);
--> statement-breakpoint
CREATE TABLE plans (
  name text NOT NULL,
  max_service_keys integer NOT NULL,
  max_management_keys integer NOT NULL,
  max_projects integer NOT NULL,
  max_integrations integer NOT NULL,
  max_verifications_per_month integer,
  CONSTRAINT plans_pk PRIMARY KEY (name)
);
--> statement-breakpoint
INSERT INTO plans (name, max_service_keys, max_management_keys, max_projects, max_integrations, max_verifications_per_month) VALUES
  ('FREE', 5, 10, 3, 3, 100000),
  ('PRO', 20, 10, 20, 10, 10000000),
  ('ENTERPRISE', 100, 10, 100, 50, NULL);
--> statement-breakpoint
CREATE TABLE tenant_locators (
  locator text NOT NULL,
  tenant_id text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT tenant_locators_pk PRIMARY KEY (locator),
  CONSTRAINT tenant_locators_tenant UNIQUE (tenant_id)
);
--> statement-breakpoint
CREATE TABLE access_tokens (
  id text NOT NULL,
  plane text NOT NULL,
  name text NOT NULL,
  permissions text[] NOT NULL,
  public_id text NOT NULL,
  digest text NOT NULL,
  pepper_id text NOT NULL,
  created_by jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_by jsonb,
  CONSTRAINT access_tokens_pk PRIMARY KEY (id),
  CONSTRAINT access_tokens_public_id UNIQUE (public_id),
  CONSTRAINT access_tokens_digest UNIQUE (digest),
  CONSTRAINT access_tokens_plane CHECK (plane IN ('int', 'fdr'))
);
--> statement-breakpoint
CREATE TABLE installation (
  id text NOT NULL,
  kek_checks jsonb NOT NULL,
  pepper_checks jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT installation_pk PRIMARY KEY (id),
  CONSTRAINT installation_one_row CHECK (id = 'installation')
);
--> statement-breakpoint
CREATE TABLE degraded_mode (
  id text NOT NULL,
  is_degraded boolean NOT NULL,
  reason text,
  set_by jsonb,
  set_at timestamptz,
  CONSTRAINT degraded_mode_pk PRIMARY KEY (id),
  CONSTRAINT degraded_mode_one_row CHECK (id = 'degraded_mode'),
  CONSTRAINT degraded_mode_reason CHECK (NOT is_degraded OR reason IS NOT NULL)
);
--> statement-breakpoint
INSERT INTO degraded_mode (id, is_degraded) VALUES ('degraded_mode', false);
--> statement-breakpoint
CREATE TABLE tenants (
  tenant_id text NOT NULL,
  organization_id text NOT NULL,
  name text NOT NULL,
  plan text NOT NULL,
  status text NOT NULL,
  locator text NOT NULL,
  contact_email text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT tenants_pk PRIMARY KEY (tenant_id),
  CONSTRAINT tenants_status CHECK (status IN ('CREATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED')),
  CONSTRAINT tenants_not_platform CHECK (tenant_id <> 'platform'),
  CONSTRAINT tenants_organization FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE RESTRICT,
  CONSTRAINT tenants_plan FOREIGN KEY (plan) REFERENCES plans (name) ON DELETE RESTRICT,
  CONSTRAINT tenants_locator FOREIGN KEY (locator) REFERENCES tenant_locators (locator) ON DELETE RESTRICT
);
--> statement-breakpoint
CREATE INDEX tenants_by_time ON tenants (created_at, tenant_id);
--> statement-breakpoint
CREATE TABLE tenant_data_keys (
  tenant_id text NOT NULL,
  id text NOT NULL,
  wrapped text NOT NULL,
  kek_id text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT tenant_data_keys_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT tenant_data_keys_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id) ON DELETE RESTRICT
);
--> statement-breakpoint
CREATE TABLE tenant_counters (
  tenant_id text NOT NULL,
  counter text NOT NULL,
  value integer NOT NULL,
  CONSTRAINT tenant_counters_pk PRIMARY KEY (tenant_id, counter),
  CONSTRAINT tenant_counters_counter CHECK (counter IN ('LIVE_SERVICE_KEYS', 'LIVE_MANAGEMENT_KEYS', 'ACTIVE_PROJECTS')),
  CONSTRAINT tenant_counters_value CHECK (value >= 0),
  CONSTRAINT tenant_counters_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id) ON DELETE RESTRICT
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE projects (
  tenant_id text NOT NULL,
  id text NOT NULL,
  name text NOT NULL,
  status text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT projects_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT projects_status CHECK (status IN ('ACTIVE', 'ARCHIVED')),
  CONSTRAINT projects_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id) ON DELETE RESTRICT
);
--> statement-breakpoint
CREATE INDEX projects_by_time ON projects (tenant_id, created_at, id);
--> statement-breakpoint
CREATE TABLE api_keys (
  tenant_id text NOT NULL,
  id text NOT NULL,
  project_id text,
  kind text NOT NULL,
  name text NOT NULL,
  environment text NOT NULL,
  public_id text NOT NULL,
  digest text NOT NULL,
  pepper_id text NOT NULL,
  status text NOT NULL,
  permissions text[] NOT NULL,
  grantable text[],
  allowed_resources text[] NOT NULL,
  allowed_addresses text[] NOT NULL,
  expires_at timestamptz,
  metadata jsonb NOT NULL,
  owner_ref text,
  created_by jsonb NOT NULL,
  rotated_from text,
  rotated_to text,
  rotated_at timestamptz,
  prior_expires_at timestamptz,
  counted boolean NOT NULL,
  revoked_at timestamptz,
  revoked_by jsonb,
  revoked_reason text,
  frozen_at timestamptz,
  frozen_by jsonb,
  frozen_reason text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  CONSTRAINT api_keys_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT api_keys_digest UNIQUE (tenant_id, digest),
  CONSTRAINT api_keys_public_id UNIQUE (tenant_id, public_id),
  CONSTRAINT api_keys_kind CHECK (kind IN ('SERVICE', 'MANAGEMENT')),
  CONSTRAINT api_keys_environment CHECK (environment IN ('live', 'test')),
  CONSTRAINT api_keys_status CHECK (status IN ('ACTIVE', 'FROZEN', 'REVOKED')),
  CONSTRAINT api_keys_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id) ON DELETE RESTRICT,
  CONSTRAINT api_keys_project FOREIGN KEY (tenant_id, project_id) REFERENCES projects (tenant_id, id) ON DELETE RESTRICT,
  CONSTRAINT api_keys_rotated_from FOREIGN KEY (tenant_id, rotated_from) REFERENCES api_keys (tenant_id, id) ON DELETE RESTRICT
);
--> statement-breakpoint
CREATE INDEX api_keys_by_time ON api_keys (tenant_id, created_at, id);
--> statement-breakpoint
-- What a create at the cap settles: keys that still count and have an expiry.
CREATE INDEX api_keys_to_settle ON api_keys (tenant_id, kind, expires_at) WHERE counted AND expires_at IS NOT NULL;
--> statement-breakpoint
CREATE TABLE audit_heads (
  tenant_id text NOT NULL,
  seq bigint NOT NULL,
  hash text NOT NULL,
  CONSTRAINT audit_heads_pk PRIMARY KEY (tenant_id)
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE audit_entries (
  tenant_id text NOT NULL,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  actor jsonb NOT NULL,
  address text NOT NULL,
  method text NOT NULL,
  anchor text NOT NULL,
  outcome text NOT NULL,
  subject text,
  invariants jsonb NOT NULL,
  request_id text NOT NULL,
  prev_hash text NOT NULL,
  hash text NOT NULL,
  CONSTRAINT audit_entries_pk PRIMARY KEY (tenant_id, seq),
  CONSTRAINT audit_entries_outcome CHECK (outcome IN ('COMMITTED', 'DENIED', 'FAILED'))
);
--> statement-breakpoint
CREATE TABLE violations (
  tenant_id text NOT NULL,
  id text NOT NULL,
  at timestamptz NOT NULL,
  invariant_id text NOT NULL,
  severity text NOT NULL,
  address text NOT NULL,
  method text NOT NULL,
  mode text NOT NULL,
  outcome text NOT NULL,
  message text NOT NULL,
  actor jsonb NOT NULL,
  request_id text NOT NULL,
  CONSTRAINT violations_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT violations_severity CHECK (severity IN ('CRITICAL', 'HIGH', 'MEDIUM')),
  CONSTRAINT violations_mode CHECK (mode IN ('MONITOR', 'ENFORCE', 'STRICT')),
  CONSTRAINT violations_outcome CHECK (outcome IN ('RECORDED', 'BLOCKED'))
);
--> statement-breakpoint
CREATE INDEX violations_by_time ON violations (at, id);
--> statement-breakpoint
CREATE INDEX violations_of_tenant_by_time ON violations (tenant_id, at, id);
--> statement-breakpoint
CREATE TABLE idempotency_records (
  tenant_id text NOT NULL,
  principal_id text NOT NULL,
  operation text NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  answer text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT idempotency_records_pk PRIMARY KEY (tenant_id, principal_id, operation, key)
);
--> statement-breakpoint
CREATE TABLE invariant_modes (
  tenant_id text NOT NULL,
  invariant_id text NOT NULL,
  mode text NOT NULL,
  owner text,
  reason text NOT NULL,
  expires_at timestamptz,
  set_by jsonb NOT NULL,
  set_at timestamptz NOT NULL,
  CONSTRAINT invariant_modes_pk PRIMARY KEY (tenant_id, invariant_id),
  CONSTRAINT invariant_modes_mode CHECK (mode IN ('MONITOR', 'ENFORCE', 'STRICT'))
);
--> statement-breakpoint
-- Grants. What is missing is a rule: entries and violations can only be added, a tenant's id never changes, nothing is deleted.
-- A row lock needs UPDATE on one column at least, which is why organizations have it.
GRANT SELECT, INSERT, UPDATE (name) ON organizations TO hoc_app;
--> statement-breakpoint
GRANT SELECT ON plans TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON tenant_locators TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (revoked_at, revoked_by) ON access_tokens TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (kek_checks, pepper_checks) ON installation TO hoc_app;
--> statement-breakpoint
GRANT SELECT, UPDATE (is_degraded, reason, set_by, set_at) ON degraded_mode TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (name, plan, status, contact_email, updated_at) ON tenants TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (wrapped, kek_id) ON tenant_data_keys TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (value) ON tenant_counters TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (name, status, updated_at) ON projects TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (
  name, status, permissions, grantable, allowed_resources, allowed_addresses, expires_at, metadata, owner_ref, rotated_to, rotated_at,
  prior_expires_at, counted, revoked_at, revoked_by, revoked_reason, frozen_at, frozen_by, frozen_reason, updated_at, version
) ON api_keys TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (seq, hash) ON audit_heads TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON audit_entries TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON violations TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (fingerprint, answer, created_at, expires_at) ON idempotency_records TO hoc_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (mode, owner, reason, expires_at, set_by, set_at) ON invariant_modes TO hoc_app;
--> statement-breakpoint
-- Row-level security: the second line behind the statements' own filters. With no tenant set, nothing is visible.
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE tenant_data_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE tenant_counters ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE violations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE idempotency_records ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE invariant_modes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenants_select_own ON tenants FOR SELECT TO hoc_app USING (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY tenants_update_own ON tenants FOR UPDATE TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
-- A tenant is born on the platform.
CREATE POLICY tenants_insert_platform ON tenants FOR INSERT TO hoc_app WITH CHECK (current_setting('hoc.tenant', true) = 'platform');
--> statement-breakpoint
CREATE POLICY tenant_data_keys_own ON tenant_data_keys FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY tenant_counters_own ON tenant_counters FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY projects_own ON projects FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY api_keys_own ON api_keys FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY audit_heads_own ON audit_heads FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY audit_entries_own ON audit_entries FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY violations_own ON violations FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY idempotency_records_own ON idempotency_records FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
CREATE POLICY invariant_modes_own ON invariant_modes FOR ALL TO hoc_app
  USING (tenant_id = current_setting('hoc.tenant', true)) WITH CHECK (tenant_id = current_setting('hoc.tenant', true));
--> statement-breakpoint
-- Operators' lists, read-only.
CREATE POLICY tenants_select_platform ON tenants FOR SELECT TO hoc_app USING (current_setting('hoc.tenant', true) = 'platform');
--> statement-breakpoint
CREATE POLICY violations_select_platform ON violations FOR SELECT TO hoc_app USING (current_setting('hoc.tenant', true) = 'platform');
--> statement-breakpoint
CREATE POLICY invariant_modes_select_platform ON invariant_modes FOR SELECT TO hoc_app USING (current_setting('hoc.tenant', true) = 'platform');
--> statement-breakpoint
-- Settings for all tenants hold for each of them.
CREATE POLICY invariant_modes_select_for_all ON invariant_modes FOR SELECT TO hoc_app USING (tenant_id = 'platform');
--> statement-breakpoint
-- Verification asks for keys of all tenants in one statement, on connections of its own that only read.
CREATE POLICY tenants_select_verify ON tenants FOR SELECT TO hoc_app USING (current_setting('hoc.verify', true) = 'on');
--> statement-breakpoint
CREATE POLICY projects_select_verify ON projects FOR SELECT TO hoc_app USING (current_setting('hoc.verify', true) = 'on');
--> statement-breakpoint
CREATE POLICY api_keys_select_verify ON api_keys FOR SELECT TO hoc_app USING (current_setting('hoc.verify', true) = 'on');
