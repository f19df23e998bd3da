import type { InvariantModeRow } from '@hoc/l7-models/governance.tables';
import { invariantModes } from '@hoc/l7-models/governance.tables';
import { PLATFORM } from '@hoc/l7-models/platform';
import { columns, insertInto } from '../database/columns.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const LIST: Statement = {
  name: 'invariant_modes.list',
  text: `select ${columns(invariantModes)} from invariant_modes where ($1::text is null or invariant_id = $1) order by invariant_id, tenant_id`,
};
const LIST_FOR_TENANT: Statement = {
  name: 'invariant_modes.list_for_tenant',
  text: `select ${columns(invariantModes)} from invariant_modes where tenant_id in ($1, '${PLATFORM}') order by invariant_id, tenant_id`,
};
const PUT: Statement = {
  name: 'invariant_modes.put',
  text: `${insertInto(invariantModes)} on conflict (tenant_id, invariant_id) do update set
    mode = excluded.mode, owner = excluded.owner, reason = excluded.reason, expires_at = excluded.expires_at,
    set_by = excluded.set_by, set_at = excluded.set_at`,
};

/** A stored mode; `tenantId` null is for all tenants. */
export type ModeSetting = Omit<InvariantModeRow, 'tenantId'> & { readonly tenantId: string | null };

const settingOf = (row: InvariantModeRow): ModeSetting => ({ ...row, tenantId: row.tenantId === PLATFORM ? null : row.tenantId });

export class ModeReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Every setting, of one invariant or of all; visible in full on the platform, elsewhere the tenant's own and those for all. */
  async list(invariantId?: string): Promise<ModeSetting[]> {
    return (await this.#sql.run<InvariantModeRow>(LIST, [invariantId ?? null])).map(settingOf);
  }

  /** The settings that may hold for one tenant: its own and those for all. */
  async listForTenant(tenantId: string): Promise<ModeSetting[]> {
    return (await this.#sql.run<InvariantModeRow>(LIST_FOR_TENANT, [tenantId])).map(settingOf);
  }
}

export class ModeWriter extends ModeReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** Stores a setting in the place of the one before it. */
  async put({ tenantId, invariantId, mode, owner, reason, expiresAt, setBy, setAt }: ModeSetting): Promise<void> {
    await this.#sql.run(PUT, [tenantId ?? PLATFORM, invariantId, mode, owner, reason, expiresAt, json(setBy), setAt]);
  }
}
