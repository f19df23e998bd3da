import type { KeyKind, ProjectStatus, TenantStatus } from '@hoc/l7-models/enums';
import type { Sql, Statement } from '../database/sql.ts';

const LIVE = `key.status <> 'REVOKED' and (key.expires_at is null or key.expires_at > $2)`;
const KEYS_OF_TENANT = `from api_keys as key join tenants as tenant on tenant.tenant_id = key.tenant_id where key.tenant_id = $1`;

const PROJECTS_OF_INACTIVE: Statement = {
  name: 'scan.projects_of_inactive_tenants',
  text: `select project.id as "subject", tenant.status as "tenantStatus"
    from projects as project join tenants as tenant on tenant.tenant_id = project.tenant_id
    where project.tenant_id = $1 and project.status = 'ACTIVE' and tenant.status <> 'ACTIVE' order by project.id`,
};
const KEYS_OF_INACTIVE: Statement = {
  name: 'scan.live_keys_of_inactive_tenants',
  text: `select key.id as "subject", tenant.status as "tenantStatus" ${KEYS_OF_TENANT} and ${LIVE} and tenant.status <> 'ACTIVE' order by key.id`,
};
const KEYS_OF_ENDED: Statement = {
  name: 'scan.live_keys_of_ended_tenant',
  text: `select key.id as "subject", tenant.status as "tenantStatus" ${KEYS_OF_TENANT} and ${LIVE}
    and tenant.status in ('TERMINATED', 'ARCHIVED') order by key.id`,
};
const OVER_KEY_PLAN: Statement = {
  name: 'scan.tenants_over_key_plan',
  text: `select tenant.tenant_id as "subject", usage.kind as "kind", usage.live as "live",
      case usage.kind when 'SERVICE' then plan.max_service_keys else plan.max_management_keys end as "allowed"
    from tenants as tenant
    join plans as plan on plan.name = tenant.plan
    join (
      select key.tenant_id, key.kind, count(*)::int as live from api_keys as key
      where key.tenant_id = $1 and key.counted and ${LIVE} group by key.tenant_id, key.kind
    ) as usage on usage.tenant_id = tenant.tenant_id
    where tenant.tenant_id = $1
      and usage.live > case usage.kind when 'SERVICE' then plan.max_service_keys else plan.max_management_keys end
    order by usage.kind`,
};
const KEYS_OF_ARCHIVED_PROJECTS: Statement = {
  name: 'scan.live_keys_of_archived_projects',
  text: `select key.id as "subject", project.id as "projectId", project.status as "projectStatus"
    from api_keys as key join projects as project on project.tenant_id = key.tenant_id and project.id = key.project_id
    where key.tenant_id = $1 and ${LIVE} and project.status <> 'ACTIVE' order by key.id`,
};
const ENABLED_INTEGRATIONS: Statement = {
  name: 'scan.enabled_integrations',
  text: `select integration.id as "subject", integration.connector_type as "connectorType", integration.config as "config",
      type.is_enabled as "isTypeEnabled", type.config_schema as "configSchema"
    from integrations as integration left join connector_types as type on type.name = integration.connector_type
    where integration.tenant_id = $1 and integration.status = 'ENABLED' and integration.deleted_at is null order by integration.id`,
};

/** `subject` is the id of the row that breaks the rule; the rest says how. */
export interface TenantStatusFinding {
  readonly subject: string;
  readonly tenantStatus: TenantStatus;
}

export interface KeyPlanFinding {
  readonly subject: string;
  readonly kind: KeyKind;
  readonly live: number;
  readonly allowed: number;
}

export interface ArchivedProjectFinding {
  readonly subject: string;
  readonly projectId: string;
  readonly projectStatus: ProjectStatus;
}

/** Not a finding yet: whether `config` satisfies `configSchema` is for the engine to say. Null: the type is gone. */
export interface EnabledIntegration {
  readonly subject: string;
  readonly connectorType: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly isTypeEnabled: boolean | null;
  readonly configSchema: Readonly<Record<string, unknown>> | null;
}

/** State invariants as queries over what is stored. Each sees one tenant, in whose scope it runs. */
export class StateScanReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** ACTIVE projects of a tenant that is not ACTIVE. */
  projectsOfInactiveTenants(tenantId: string): Promise<TenantStatusFinding[]> {
    return this.#sql.run(PROJECTS_OF_INACTIVE, [tenantId]);
  }

  /** Live keys of a tenant that is not ACTIVE, for whatever reason. */
  liveKeysOfInactiveTenants(tenantId: string, now: Date): Promise<TenantStatusFinding[]> {
    return this.#sql.run(KEYS_OF_INACTIVE, [tenantId, now]);
  }

  /** The tenant, per kind of key of which it has more live and counted ones than its plan allows. */
  tenantsOverKeyPlan(tenantId: string, now: Date): Promise<KeyPlanFinding[]> {
    return this.#sql.run(OVER_KEY_PLAN, [tenantId, now]);
  }

  /** Live keys of a TERMINATED or ARCHIVED tenant. */
  liveKeysOfEndedTenant(tenantId: string, now: Date): Promise<TenantStatusFinding[]> {
    return this.#sql.run(KEYS_OF_ENDED, [tenantId, now]);
  }

  /** The ENABLED integrations with what their connector type asks of them. */
  enabledIntegrations(tenantId: string): Promise<EnabledIntegration[]> {
    return this.#sql.run(ENABLED_INTEGRATIONS, [tenantId]);
  }

  /** Live keys of projects that are not ACTIVE. */
  liveKeysOfArchivedProjects(tenantId: string, now: Date): Promise<ArchivedProjectFinding[]> {
    return this.#sql.run(KEYS_OF_ARCHIVED_PROJECTS, [tenantId, now]);
  }
}
