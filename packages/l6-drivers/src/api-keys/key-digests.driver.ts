import { columnsOf, type MovedDigest } from '../database/moved-digest.ts';
import type { Sql, Statement } from '../database/sql.ts';

/**
 * A key that another transaction holds is passed over: nobody waits for this, and this waits for nobody. One whose digest is not the one that
 * was seen has been moved by another server. The version stays: what is stored of a token is no part of what clients see.
 */
const MOVE: Statement = {
  name: 'api_keys.move_digests',
  text: `with moved as (
      select * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as moved (id, from_digest, from_pepper, to_digest, to_pepper)
    ), free as materialized (
      select key.id from api_keys as key where key.tenant_id = $1 and key.id = any($2::text[]) and key.status <> 'REVOKED' order by key.id for update skip locked
    )
    update api_keys as key set digest = moved.to_digest, pepper_id = moved.to_pepper
    from moved join free on free.id = moved.id
    where key.tenant_id = $1 and key.id = moved.id and key.digest = moved.from_digest and key.pepper_id = moved.from_pepper
    returning key.id`,
};

export class KeyDigestWriter {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Stores other digests of the same tokens, where what is stored is what was seen; the ids of the keys where it was. */
  async move(tenantId: string, moved: readonly MovedDigest[]): Promise<readonly string[]> {
    const rows = await this.#sql.run<{ id: string }>(MOVE, [tenantId, ...columnsOf(moved)]);
    return rows.map(({ id }) => id);
  }
}
