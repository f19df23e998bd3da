import { plans, tenants, type PlanQuotas, type Tenant } from '@hoc/l7-models/account.tables';
import type { TenantStatus } from '@hoc/l7-models/enums';
import { columns, insertInto } from '../database/columns.ts';
import type { After } from '../database/page.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const GET: Statement = { name: 'tenants.get', text: `select ${columns(tenants)} from tenants where tenant_id = $1` };
const LIST: Statement = {
  name: 'tenants.list',
  text: `select ${columns(tenants)} from tenants
    where ($1::text is null or status = $1) and ($2::text is null or organization_id = $2)
      and ($3::timestamptz is null or (created_at, tenant_id) < ($3, $4))
    order by created_at desc, tenant_id desc limit $5`,
};
const IDS: Statement = { name: 'tenants.ids', text: 'select tenant_id as "id" from tenants where tenant_id > $1 order by tenant_id limit $2' };
/** Every governed write asks this: no more columns than rules and handlers use, for each is described, sent and parsed every time. */
const LOCK_FOR_SHARE: Statement = {
  name: 'tenants.lock_for_share',
  text: `select tenants.tenant_id as "id", tenants.status, tenants.plan, tenants.locator, plan.max_service_keys as "maxServiceKeys",
      plan.max_management_keys as "maxManagementKeys", plan.max_projects as "maxProjects"
    from tenants join plans as plan on plan.name = tenants.plan where tenants.tenant_id = $1 for share of tenants`,
};
const LOCK_FOR_UPDATE: Statement = {
  name: 'tenants.lock_for_update',
  text: `select ${columns(tenants)}, ${columns(plans, 'plan')} from tenants join plans as plan on plan.name = tenants.plan
    where tenants.tenant_id = $1 for update of tenants`.replace('plan.name as "name"', 'plan.name as "planName"'),
};
const INSERT: Statement = { name: 'tenants.insert', text: insertInto(tenants) };
const SET_STATUS: Statement = {
  name: 'tenants.set_status',
  text: `update tenants set status = $3, updated_at = $4 where tenant_id = $1 and status = $2 returning ${columns(tenants)}`,
};
const SET_RATE_LIMITS: Statement = {
  name: 'tenants.set_rate_limits',
  text: `update tenants set rate_limits = $2, updated_at = $3 where tenant_id = $1 returning ${columns(tenants)}`,
};
const SET_OWNER_RATE_LIMITS: Statement = {
  name: 'tenants.set_owner_rate_limits',
  text: `update tenants set owner_rate_limits = $2, updated_at = $3 where tenant_id = $1 returning ${columns(tenants)}`,
};

/** A tenant whose row is locked, and what its plan allows. */
export type TenantUnderLock = Tenant & { readonly quotas: PlanQuotas };

/** What writes that bring something to life must know of their tenant, while its row is kept from changing. */
export type TenantStanding = Pick<Tenant, 'id' | 'status' | 'plan' | 'locator'> & {
  readonly quotas: Pick<PlanQuotas, 'maxServiceKeys' | 'maxManagementKeys' | 'maxProjects'>;
};

export interface TenantFilter {
  readonly status?: TenantStatus | undefined;
  readonly organizationId?: string | undefined;
  readonly limit: number;
  readonly after?: After | undefined;
}

export class TenantReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async get(tenantId: string): Promise<Tenant | null> {
    const [row] = await this.#sql.run<Tenant>(GET, [tenantId]);
    return row ?? null;
  }

  /** Tenants of all organizations, the newest first; visible on the platform only. */
  list({ status, organizationId, limit, after }: TenantFilter): Promise<Tenant[]> {
    return this.#sql.run<Tenant>(LIST, [status ?? null, organizationId ?? null, after?.createdAt ?? null, after?.id ?? null, limit]);
  }

  /** The ids of all tenants in their own order, for work that goes tenant by tenant; visible on the platform only. */
  async ids(after: string | undefined, limit: number): Promise<string[]> {
    const rows = await this.#sql.run<{ id: string }>(IDS, [after ?? '', limit]);
    return rows.map(({ id }) => id);
  }
}

export class TenantWriter extends TenantReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** The tenant, whose status and plan stay as they are until the end of the transaction. Others may hold the same lock. */
  async lockForShare(tenantId: string): Promise<TenantStanding | null> {
    const [row] = await this.#sql.run<Omit<TenantStanding, 'quotas'> & TenantStanding['quotas']>(LOCK_FOR_SHARE, [tenantId]);
    if (row === undefined) return null;
    const { id, status, plan, locator, ...quotas } = row;
    return { id, status, plan, locator, quotas };
  }

  /** The tenant, which only this transaction may change until its end. */
  async lockForUpdate(tenantId: string): Promise<TenantUnderLock | null> {
    const [row] = await this.#sql.run<Tenant & PlanQuotas & { planName: string }>(LOCK_FOR_UPDATE, [tenantId]);
    if (row === undefined) return null;
    const { planName: _, maxServiceKeys, maxManagementKeys, maxProjects, maxIntegrations, maxVerificationsPerMonth, ...tenant } = row;
    return { ...tenant, quotas: { maxServiceKeys, maxManagementKeys, maxProjects, maxIntegrations, maxVerificationsPerMonth } };
  }

  /** Visible on the platform only; its locator must have been claimed. */
  async insert(tenant: Tenant): Promise<void> {
    const { id, organizationId, name, plan, status, locator, contactEmail, createdAt, updatedAt, rateLimits, ownerRateLimits } = tenant;
    await this.#sql.run(INSERT, [id, organizationId, name, plan, status, locator, contactEmail, createdAt, updatedAt, json(rateLimits), json(ownerRateLimits)]);
  }

  /** The tenant after the step; null where it does not exist or is not `from`, and then nothing has changed. */
  async setStatus(tenantId: string, from: TenantStatus, to: TenantStatus, at: Date): Promise<Tenant | null> {
    const [row] = await this.#sql.run<Tenant>(SET_STATUS, [tenantId, from, to, at]);
    return row ?? null;
  }

  /** The tenant with these limits of all its keys together; null where it does not exist. */
  setRateLimits(tenantId: string, rateLimits: Tenant['rateLimits'], at: Date): Promise<Tenant | null> {
    return this.#setLimits(SET_RATE_LIMITS, tenantId, rateLimits, at);
  }

  /** The tenant with these limits of each owner of its keys; null where it does not exist. */
  setOwnerRateLimits(tenantId: string, rateLimits: Tenant['ownerRateLimits'], at: Date): Promise<Tenant | null> {
    return this.#setLimits(SET_OWNER_RATE_LIMITS, tenantId, rateLimits, at);
  }

  async #setLimits(statement: Statement, tenantId: string, limits: Tenant['rateLimits'], at: Date): Promise<Tenant | null> {
    const [row] = await this.#sql.run<Tenant>(statement, [tenantId, json(limits), at]);
    return row ?? null;
  }
}
