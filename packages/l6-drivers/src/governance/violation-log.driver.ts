import { violations, type Violation } from '@hoc/l7-models/governance.tables';
import { insertInto } from '../database/columns.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const INSERT: Statement = { name: 'violations.insert', text: insertInto(violations) };

/** Writes violations down, for the kernel alone: handlers cannot. */
export class ViolationLogWriter {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async record(records: readonly Violation[]): Promise<void> {
    await Promise.all(
      records.map(({ tenantId, id, at, invariantId, severity, address, method, mode, outcome, message, actor, requestId }) =>
        this.#sql.run(INSERT, [tenantId, id, at, invariantId, severity, address, method, mode, outcome, message, json(actor), requestId]),
      ),
    );
  }
}
