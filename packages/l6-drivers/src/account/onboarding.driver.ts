import type { Actor } from '@hoc/l7-models/actor';
import { onboarding, type Onboarding } from '@hoc/l7-models/account.tables';
import type { Counter, OnboardingState, TenantStatus } from '@hoc/l7-models/enums';
import { columns } from '../database/columns.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const GET: Statement = { name: 'onboarding.get', text: `select ${columns(onboarding)} from onboarding where tenant_id = $1` };
const GET_BESIDE_COUNTER: Statement = {
  name: 'onboarding.get_beside_counter',
  text: `select onboarding.state from tenant_counters left join onboarding on onboarding.tenant_id = tenant_counters.tenant_id
    where tenant_counters.tenant_id = $1 and tenant_counters.counter = $2`,
};
const LIST_STALLED: Statement = {
  name: 'onboarding.list_stalled',
  text: `select onboarding.tenant_id as "tenantId", onboarding.state as "state", onboarding.updated_at as "updatedAt", tenants.name as "tenantName",
      tenants.status as "tenantStatus"
    from onboarding join tenants on tenants.tenant_id = onboarding.tenant_id
    where onboarding.state <> 'COMPLETE' and onboarding.updated_at < $1 and tenants.status in ('ACTIVE', 'SUSPENDED')
      and ($2::timestamptz is null or (onboarding.updated_at, onboarding.tenant_id) > ($2, $3))
    order by onboarding.updated_at, onboarding.tenant_id limit $4`,
};
const OPEN: Statement = {
  name: 'onboarding.open',
  text: `insert into onboarding (tenant_id, state, updated_at) values ($1, 'CREATED', $2) on conflict (tenant_id) do nothing`,
};
const ADVANCE: Statement = {
  name: 'onboarding.advance',
  text: `update onboarding set state = $3, updated_at = $4 where tenant_id = $1 and state = $2 returning ${columns(onboarding)}`,
};
const COMPLETE: Statement = {
  name: 'onboarding.complete',
  text: `update onboarding set state = 'COMPLETE', updated_at = $5, completed_at = $5, completed_by = $3, forced_reason = $4
    where tenant_id = $1 and state = $2 returning ${columns(onboarding)}`,
};

/** A tenant whose onboarding has stood still. */
export interface StalledOnboarding {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly tenantStatus: TenantStatus;
  readonly state: OnboardingState;
  /** Since when. */
  readonly updatedAt: Date;
}

export interface StalledFilter {
  /** Those that have not moved since this instant. */
  readonly before: Date;
  readonly limit: number;
  readonly after?: { readonly updatedAt: Date; readonly tenantId: string } | undefined;
}

/** Every step but the last. */
export type StepState = Exclude<OnboardingState, 'CREATED' | 'COMPLETE'>;

/** Who completed an onboarding, when, and where an operator forced it, why. */
export interface Completion {
  readonly by: Actor;
  readonly at: Date;
  readonly forcedReason: string | null;
}

export class OnboardingReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Null before the tenant was provisioned. */
  async get(tenantId: string): Promise<Onboarding | null> {
    const [row] = await this.#sql.run<Onboarding>(GET, [tenantId]);
    return row ?? null;
  }

  /**
   * Where the tenant's onboarding stands, and by the same statement whether one of its counters is there, which then stays: null where it was
   * never opened. For the creates of keys, which move both.
   */
  async getBesideCounter(tenantId: string, counter: Counter): Promise<{ readonly state: OnboardingState | null } | null> {
    const [row] = await this.#sql.run<{ state: OnboardingState | null }>(GET_BESIDE_COUNTER, [tenantId, counter]);
    return row ?? null;
  }

  /** Tenants in use that are not COMPLETE, those that have stood still the longest first; visible on the platform only. */
  listStalled({ before, limit, after }: StalledFilter): Promise<StalledOnboarding[]> {
    return this.#sql.run<StalledOnboarding>(LIST_STALLED, [before, after?.updatedAt ?? null, after?.tenantId ?? null, limit]);
  }
}

/** For handlers of writes that hold the tenant's row; see the table's invariant. */
export class OnboardingWriter extends OnboardingReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** Begins a tenant's onboarding, where it has none. */
  async open(tenantId: string, at: Date): Promise<void> {
    await this.#sql.run(OPEN, [tenantId, at]);
  }

  /** The onboarding after the step; null where it does not exist or is not `from`, and then nothing has changed. */
  async advance(tenantId: string, from: OnboardingState, to: StepState, at: Date): Promise<Onboarding | null> {
    const [row] = await this.#sql.run<Onboarding>(ADVANCE, [tenantId, from, to, at]);
    return row ?? null;
  }

  /** The last step, taken or forced; null where the onboarding does not exist or is not `from`, and then nothing has changed. */
  async complete(tenantId: string, from: Exclude<OnboardingState, 'COMPLETE'>, { by, at, forcedReason }: Completion): Promise<Onboarding | null> {
    const [row] = await this.#sql.run<Onboarding>(COMPLETE, [tenantId, from, json(by), forcedReason, at]);
    return row ?? null;
  }
}
