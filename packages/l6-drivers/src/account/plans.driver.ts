import { plans, type Plan } from '@hoc/l7-models/account.tables';
import { columns } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';

const GET: Statement = { name: 'plans.get', text: `select ${columns(plans)} from plans where name = $1` };
const LIST: Statement = { name: 'plans.list', text: `select ${columns(plans)} from plans order by name` };

export class PlanReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async get(name: string): Promise<Plan | null> {
    const [row] = await this.#sql.run<Plan>(GET, [name]);
    return row ?? null;
  }

  list(): Promise<Plan[]> {
    return this.#sql.run<Plan>(LIST, []);
  }
}
