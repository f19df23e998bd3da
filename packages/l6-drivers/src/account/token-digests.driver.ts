import { columnsOf, type MovedDigest } from '../database/moved-digest.ts';
import type { Sql, Statement } from '../database/sql.ts';

/** As with keys: who is held by another transaction is passed over, and one whose digest is not the one that was seen was moved by another server. */
const MOVE: Statement = {
  name: 'access_tokens.move_digests',
  text: `with moved as (
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as moved (id, from_digest, from_pepper, to_digest, to_pepper)
    ), free as materialized (
      select token.id from access_tokens as token where token.id = any($1::text[]) and token.revoked_at is null order by token.id for update skip locked
    )
    update access_tokens as token set digest = moved.to_digest, pepper_id = moved.to_pepper
    from moved join free on free.id = moved.id
    where token.id = moved.id and token.digest = moved.from_digest and token.pepper_id = moved.from_pepper
    returning token.id`,
};

export class TokenDigestWriter {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Stores other digests of the same tokens, where what is stored is what was seen; the ids of the tokens where it was. */
  async move(moved: readonly MovedDigest[]): Promise<readonly string[]> {
    const rows = await this.#sql.run<{ id: string }>(MOVE, columnsOf(moved));
    return rows.map(({ id }) => id);
  }
}
