import type { Param, Statement, TextRow, Texts, TextSql } from './sql.ts';

/** Counts what is sent, before it is. */
export class CountedTexts implements TextSql {
  readonly #sql: TextSql;
  /** How often something has been sent. */
  sent = 0;

  constructor(sql: TextSql) {
    this.#sql = sql;
  }

  run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    this.sent += 1;
    return this.#sql.run<Row>(statement, params);
  }

  texts(statements: readonly Texts[]): Promise<readonly (readonly TextRow[])[]> {
    this.sent += 1;
    return this.#sql.texts(statements);
  }
}
