import { columnsOf, type MovedDigest } from '../database/moved-digest.ts';
import type { Sql, Statement } from '../database/sql.ts';

const MOVE: Statement = { name: 'access_tokens.move_digests', text: 'select hoc_move_token_digests($1, $2, $3, $4, $5) as "id"' };

export class TokenDigestWriter {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** As with keys, in a transaction of the platform: stores other digests of the same tokens, where what is stored is what was seen; the ids of the tokens where it was. */
  async move(moved: readonly MovedDigest[]): Promise<readonly string[]> {
    const rows = await this.#sql.run<{ id: string }>(MOVE, columnsOf(moved));
    return rows.map(({ id }) => id);
  }
}
