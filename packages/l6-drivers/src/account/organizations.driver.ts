import { organizations, type Organization } from '@hoc/l7-models/account.tables';
import { columns, insertInto } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';

const GET: Statement = { name: 'organizations.get', text: `select ${columns(organizations)} from organizations where id = $1` };
const LOCK_FOR_SHARE: Statement = { name: 'organizations.lock_for_share', text: `${GET.text} for share` };
const INSERT: Statement = { name: 'organizations.insert', text: insertInto(organizations) };

export class OrganizationReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async get(id: string): Promise<Organization | null> {
    const [row] = await this.#sql.run<Organization>(GET, [id]);
    return row ?? null;
  }
}

export class OrganizationWriter extends OrganizationReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** The organization, which stays as it is until the end of the transaction. */
  async lockForShare(id: string): Promise<Organization | null> {
    const [row] = await this.#sql.run<Organization>(LOCK_FOR_SHARE, [id]);
    return row ?? null;
  }

  async insert({ id, name, createdAt }: Organization): Promise<void> {
    await this.#sql.run(INSERT, [id, name, createdAt]);
  }
}
