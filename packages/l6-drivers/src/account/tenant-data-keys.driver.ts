import { tenantDataKeys, type TenantDataKey } from '@hoc/l7-models/account.tables';
import { columns, insertInto } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';

const GET: Statement = {
  name: 'tenant_data_keys.get',
  text: `select ${columns(tenantDataKeys)} from tenant_data_keys where tenant_id = $1 order by created_at desc, id desc limit 1`,
};
const BY_ID: Statement = {
  name: 'tenant_data_keys.by_id',
  text: `select ${columns(tenantDataKeys)} from tenant_data_keys where tenant_id = $1 and id = $2`,
};
const LIST_WRAPPED_OTHERWISE: Statement = {
  name: 'tenant_data_keys.list_wrapped_otherwise',
  text: `select ${columns(tenantDataKeys)} from tenant_data_keys where tenant_id = $1 and kek_id <> $2 order by id`,
};
const REWRAP: Statement = {
  name: 'tenant_data_keys.rewrap',
  text: `update tenant_data_keys set wrapped = $4, kek_id = $5 where tenant_id = $1 and id = $2 and wrapped = $3 returning id`,
};
const INSERT: Statement = { name: 'tenant_data_keys.insert', text: insertInto(tenantDataKeys) };

export class TenantDataKeyReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The tenant's newest data key; null before it was provisioned. */
  async get(tenantId: string): Promise<TenantDataKey | null> {
    const [row] = await this.#sql.run<TenantDataKey>(GET, [tenantId]);
    return row ?? null;
  }

  /** The data key that something was sealed under. */
  async byId(tenantId: string, id: string): Promise<TenantDataKey | null> {
    const [row] = await this.#sql.run<TenantDataKey>(BY_ID, [tenantId, id]);
    return row ?? null;
  }

  /** The tenant's data keys that another key-encryption key than this one wraps. */
  listWrappedOtherwise(tenantId: string, kekId: string): Promise<TenantDataKey[]> {
    return this.#sql.run<TenantDataKey>(LIST_WRAPPED_OTHERWISE, [tenantId, kekId]);
  }
}

export class TenantDataKeyWriter extends TenantDataKeyReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  async insert({ tenantId, id, wrapped, kekId, createdAt }: TenantDataKey): Promise<void> {
    await this.#sql.run(INSERT, [tenantId, id, wrapped, kekId, createdAt]);
  }

  /** Whether the same data key is wrapped as `next` now; false, and nothing written, where it was not wrapped as `before`. */
  async rewrap(before: TenantDataKey, next: Pick<TenantDataKey, 'wrapped' | 'kekId'>): Promise<boolean> {
    const rows = await this.#sql.run(REWRAP, [before.tenantId, before.id, before.wrapped, next.wrapped, next.kekId]);
    return rows.length === 1;
  }
}
