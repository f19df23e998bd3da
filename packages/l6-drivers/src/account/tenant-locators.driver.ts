import { insertInto } from '../database/columns.ts';
import { tenantLocators } from '@hoc/l7-models/account.tables';
import type { Sql, Statement } from '../database/sql.ts';

const RESOLVE: Statement = { name: 'tenant_locators.resolve', text: 'select tenant_id as "tenantId" from tenant_locators where locator = $1' };
const CLAIM: Statement = {
  name: 'tenant_locators.claim',
  text: `${insertInto(tenantLocators)} on conflict (locator) do nothing returning locator`,
};

export class TenantLocatorReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The tenant that a locator leads to. It never changes, and never proves anything. */
  async resolve(locator: string): Promise<string | null> {
    const [row] = await this.#sql.run<{ tenantId: string }>(RESOLVE, [locator]);
    return row?.tenantId ?? null;
  }
}

export class TenantLocatorWriter extends TenantLocatorReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** Whether the locator is the tenant's now; false where another tenant has it. */
  async claim(locator: string, tenantId: string, at: Date): Promise<boolean> {
    const rows = await this.#sql.run(CLAIM, [locator, tenantId, at]);
    return rows.length === 1;
  }
}
