import { COUNTERS, type Counter } from '@hoc/l7-models/enums';
import type { TenantCounter } from '@hoc/l7-models/account.tables';
import type { Sql, Statement } from '../database/sql.ts';

const GET: Statement = {
  name: 'tenant_counters.get',
  text: 'select value from tenant_counters where tenant_id = $1 and counter = $2',
};
const LIST: Statement = {
  name: 'tenant_counters.list',
  text: 'select tenant_id as "tenantId", counter, value from tenant_counters where tenant_id = $1 order by counter',
};
const LOCK: Statement = { name: 'tenant_counters.lock', text: `${GET.text} for update` };
const LOCK_WITH_CAP: Statement = {
  name: 'tenant_counters.lock_with_cap',
  text: `select tenant_counters.value, case tenant_counters.counter
      when 'LIVE_SERVICE_KEYS' then plans.max_service_keys
      when 'LIVE_MANAGEMENT_KEYS' then plans.max_management_keys
      when 'ACTIVE_PROJECTS' then plans.max_projects
      when 'LIVE_INTEGRATIONS' then plans.max_integrations end as cap
    from tenant_counters
      join tenants on tenants.tenant_id = tenant_counters.tenant_id and tenants.tenant_id = $1
      join plans on plans.name = tenants.plan
    where tenant_counters.tenant_id = $1 and tenant_counters.counter = $2
    for update of tenant_counters`,
};
const OPEN: Statement = {
  name: 'tenant_counters.open',
  text: 'insert into tenant_counters (tenant_id, counter, value) select $1, name, 0 from unnest($2::text[]) as name on conflict do nothing',
};
const ADD: Statement = {
  name: 'tenant_counters.add',
  text: 'update tenant_counters set value = value + $3 where tenant_id = $1 and counter = $2 returning value',
};

export class TenantCounterReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** 0 where the tenant's counters have not been opened. */
  async get(tenantId: string, counter: Counter): Promise<number> {
    const [row] = await this.#sql.run<{ value: number }>(GET, [tenantId, counter]);
    return row?.value ?? 0;
  }

  list(tenantId: string): Promise<TenantCounter[]> {
    return this.#sql.run<TenantCounter>(LIST, [tenantId]);
  }
}

export class TenantCounterWriter extends TenantCounterReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /**
   * The counter, which only this transaction may move until its end. Taken after the tenant's lock, never before.
   * 0, and no lock, where the tenant's counters have not been opened.
   */
  async lock(tenantId: string, counter: Counter): Promise<number> {
    const [row] = await this.#sql.run<{ value: number }>(LOCK, [tenantId, counter]);
    return row?.value ?? 0;
  }

  /** As {@link lock}, with what the tenant's plan allows beside it, so that one statement tells whether the plan is met. */
  async lockWithCap(tenantId: string, counter: Counter): Promise<{ readonly value: number; readonly cap: number }> {
    const [row] = await this.#sql.run<{ value: number; cap: number }>(LOCK_WITH_CAP, [tenantId, counter]);
    return row ?? { value: 0, cap: 0 };
  }

  /** Makes all of a tenant's counters, at 0, where they are missing. */
  async open(tenantId: string): Promise<void> {
    await this.#sql.run(OPEN, [tenantId, COUNTERS]);
  }

  /** Moves a counter; the value after. Throws where it would fall below 0, or was never opened: a count that is lost is a bug. */
  async add(tenantId: string, counter: Counter, delta: number): Promise<number> {
    const [row] = await this.#sql.run<{ value: number }>(ADD, [tenantId, counter, delta]);
    if (row === undefined) throw new Error(`the counter ${counter} of ${tenantId} was never opened`);
    return row.value;
  }
}
