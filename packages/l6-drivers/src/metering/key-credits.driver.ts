import { keyCredits, type KeyCredits } from '@hoc/l7-models/metering.tables';
import { columns } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';

const FIND: Statement = {
  name: 'key_credits.find',
  text: `select ${columns(keyCredits)} from key_credits where tenant_id = $1 and meter_id = any($2::text[])`,
};
const SET: Statement = {
  name: 'key_credits.set',
  text: `insert into key_credits (tenant_id, meter_id, remaining, period) values ($1, $2, $3, $4)
    on conflict (tenant_id, meter_id) do update set remaining = excluded.remaining, period = excluded.period`,
};

export class KeyCreditReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** What is left under these meters, of those that have credits, in no order. A refill that is due is made by the next use, and not shown before. */
  find(tenantId: string, meterIds: readonly string[]): Promise<KeyCredits[]> {
    return this.#sql.run<KeyCredits>(FIND, [tenantId, meterIds]);
  }
}

export class KeyCreditWriter extends KeyCreditReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** Sets what is left, whatever was. The next refill comes with the first use in a UTC day or month after that of `at`. The key must be there. */
  async set(tenantId: string, meterId: string, remaining: number, at: Date): Promise<void> {
    await this.#sql.run(SET, [tenantId, meterId, remaining, at.toISOString().slice(0, 'YYYY-MM-DD'.length)]);
  }
}
