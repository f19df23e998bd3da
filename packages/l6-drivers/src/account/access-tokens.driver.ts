import { accessTokens, type AccessToken } from '@hoc/l7-models/account.tables';
import type { Actor } from '@hoc/l7-models/actor';
import type { TokenPlane } from '@hoc/l7-models/enums';
import { columns, insertInto } from '../database/columns.ts';
import type { After } from '../database/page.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const SELECT = `select ${columns(accessTokens)} from access_tokens`;
const GET: Statement = { name: 'access_tokens.get', text: `${SELECT} where id = $1` };
const FIND: Statement = { name: 'access_tokens.find', text: `${SELECT} where digest = any($1::text[])` };
const LIST: Statement = {
  name: 'access_tokens.list',
  text: `${SELECT} where ($1::text is null or plane = $1) and ($2::timestamptz is null or (created_at, id) < ($2, $3))
    order by created_at desc, id desc limit $4`,
};
const INSERT: Statement = { name: 'access_tokens.insert', text: insertInto(accessTokens) };
const REVOKE: Statement = {
  name: 'access_tokens.revoke',
  text: `update access_tokens set revoked_at = $3, revoked_by = $2 where id = $1 and revoked_at is null returning ${columns(accessTokens)}`,
};
const COUNT_OPERATORS: Statement = {
  name: 'access_tokens.count_operators',
  text: `select count(*)::int as "count" from access_tokens where plane = 'fdr'`,
};

const HELD_BY_OTHERS: Statement = {
  name: 'access_tokens.held_by_others',
  text: `select distinct unnest(permissions) as "permission" from access_tokens
    where plane = 'fdr' and revoked_at is null and $2 = any(permissions) and id <> $1`,
};

export interface AccessTokenFilter {
  readonly plane?: TokenPlane | undefined;
  readonly limit: number;
  readonly after?: After | undefined;
}

export class AccessTokenReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async get(id: string): Promise<AccessToken | null> {
    const [row] = await this.#sql.run<AccessToken>(GET, [id]);
    return row ?? null;
  }

  list({ plane, limit, after }: AccessTokenFilter): Promise<AccessToken[]> {
    return this.#sql.run<AccessToken>(LIST, [plane ?? null, after?.createdAt ?? null, after?.id ?? null, limit]);
  }

  /** The token with one of these digests, revoked or not. One statement for all of them: it may be moved from one to another at any time. */
  async find(digests: readonly string[]): Promise<AccessToken | null> {
    const [row] = await this.#sql.run<AccessToken>(FIND, [digests]);
    return row ?? null;
  }

  /** How many operator tokens were ever made, revoked ones included: 0 only before the first start has made one. */
  async countOperators(): Promise<number> {
    const [row] = await this.#sql.run<{ count: number }>(COUNT_OPERATORS, []);
    return row?.count ?? 0;
  }
}

export class AccessTokenWriter extends AccessTokenReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  async insert(token: AccessToken): Promise<void> {
    const { id, plane, name, permissions, publicId, digest, pepperId, createdBy, createdAt, revokedAt, revokedBy } = token;
    await this.#sql.run(INSERT, [
      id, plane, name, permissions, publicId, digest, pepperId, json(createdBy), createdAt, revokedAt, json(revokedBy),
    ]);
  }

  /** What the operator tokens in use that hold this permission hold, all together, but for one token. */
  async heldByOthersWith(permission: string, id: string): Promise<string[]> {
    const rows = await this.#sql.run<{ permission: string }>(HELD_BY_OTHERS, [id, permission]);
    return rows.map((row) => row.permission);
  }

  /** The revoked token; null where it does not exist or was revoked before, and then nothing has changed. */
  async revoke(id: string, by: Actor, at: Date): Promise<AccessToken | null> {
    const [row] = await this.#sql.run<AccessToken>(REVOKE, [id, json(by), at]);
    return row ?? null;
  }
}
