import { contactConfirmations, type ContactConfirmation } from '@hoc/l7-models/account.tables';
import { columns, insertInto } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';

const SELECT = `select ${columns(contactConfirmations)} from contact_confirmations where tenant_id = $1`;
const LATEST: Statement = { name: 'contact_confirmations.latest', text: `${SELECT} order by created_at desc, id desc limit 1` };
const MADE_SINCE: Statement = {
  name: 'contact_confirmations.made_since',
  text: 'select created_at as "at" from contact_confirmations where tenant_id = $1 and created_at > $2 order by created_at',
};
const FIND: Statement = { name: 'contact_confirmations.find', text: `${SELECT} and digest = any($2::text[])` };
const INSERT: Statement = { name: 'contact_confirmations.insert', text: insertInto(contactConfirmations) };
const USE: Statement = {
  name: 'contact_confirmations.use',
  text: `update contact_confirmations set used_at = $3 where tenant_id = $1 and id = $2 and used_at is null and expires_at > $3
    returning ${columns(contactConfirmations)}`,
};

export class ContactConfirmationReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The newest one, used, expired or neither. */
  async latest(tenantId: string): Promise<ContactConfirmation | null> {
    const [row] = await this.#sql.run<ContactConfirmation>(LATEST, [tenantId]);
    return row ?? null;
  }

  /** When those were made that are younger than `since`, used or not, the oldest first. */
  async madeSince(tenantId: string, since: Date): Promise<Date[]> {
    const rows = await this.#sql.run<{ readonly at: Date }>(MADE_SINCE, [tenantId, since]);
    return rows.map(({ at }) => at);
  }

  /** The one whose token has one of these digests (one per pepper), used, expired or neither. */
  async find(tenantId: string, digests: readonly string[]): Promise<ContactConfirmation | null> {
    const [row] = await this.#sql.run<ContactConfirmation>(FIND, [tenantId, digests]);
    return row ?? null;
  }
}

export class ContactConfirmationWriter extends ContactConfirmationReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  async insert({ tenantId, id, address, digest, pepperId, expiresAt, usedAt, createdAt }: ContactConfirmation): Promise<void> {
    await this.#sql.run(INSERT, [tenantId, id, address, digest, pepperId, expiresAt, usedAt, createdAt]);
  }

  /** The confirmation, used now; null where it was used before or has expired by `at`, and then nothing has changed. */
  async use(tenantId: string, id: string, at: Date): Promise<ContactConfirmation | null> {
    const [row] = await this.#sql.run<ContactConfirmation>(USE, [tenantId, id, at]);
    return row ?? null;
  }
}
