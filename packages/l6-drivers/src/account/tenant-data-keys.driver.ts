import { tenantDataKeys, type TenantDataKey } from '@hoc/l7-models/account.tables';
import { columns, insertInto } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';

const GET: Statement = {
  name: 'tenant_data_keys.get',
  text: `select ${columns(tenantDataKeys)} from tenant_data_keys where tenant_id = $1 order by created_at desc, id desc limit 1`,
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
}
