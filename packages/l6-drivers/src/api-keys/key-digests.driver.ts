import { columnsOf, type MovedDigest } from '../database/moved-digest.ts';
import type { Sql, Statement } from '../database/sql.ts';

/** The one way to write a digest: the database's own, see migration 0003. The version stays: what is stored of a token is no part of what clients see. */
const MOVE: Statement = { name: 'api_keys.move_digests', text: 'select hoc_move_key_digests($1, $2, $3, $4, $5) as "id"' };

export class KeyDigestWriter {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /**
   * Stores other digests of the same tokens of the transaction's tenant, where what is stored is what was seen; the ids of the keys where it was. A
   * key that another transaction holds is passed over: nobody waits for this, and this waits for nobody.
   */
  async move(moved: readonly MovedDigest[]): Promise<readonly string[]> {
    const rows = await this.#sql.run<{ id: string }>(MOVE, columnsOf(moved));
    return rows.map(({ id }) => id);
  }
}
