import type { Sql, Statement } from '../database/sql.ts';

/** Who claims what: a key of a principal for one operation, and the request that it stands for. */
export interface IdempotencyClaim {
  readonly principalId: string;
  /** Address and method. */
  readonly operation: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly now: Date;
  readonly expiresAt: Date;
}

export type ClaimAnswer =
  | { readonly claim: 'CLAIMED' }
  | { readonly claim: 'IN_FLIGHT' }
  | { readonly claim: 'COMPLETED'; readonly fingerprint: string; readonly answer: string };

const RECORD = 'tenant_id = $1 and principal_id = $2 and operation = $3 and key = $4';
/**
 * The advisory lock only saves waiting for the holder's row; the primary key decides. `got` false: another transaction holds the
 * claim now. `got` true and neither claimed nor recorded: the holder committed between this statement's snapshot and its lock.
 */
const CLAIM: Statement = {
  name: 'idempotency_records.claim',
  text: `with turn as materialized (
      select pg_try_advisory_xact_lock(hashtextextended(concat_ws(chr(31), $1::text, $2::text, $3::text, $4::text), 0)) as got
    ), claimed as (
      insert into idempotency_records as record (tenant_id, principal_id, operation, key, fingerprint, answer, created_at, expires_at)
      select $1, $2, $3, $4, $5, null, $6::timestamptz, $7::timestamptz from turn where got
      on conflict (tenant_id, principal_id, operation, key) do update
        set fingerprint = excluded.fingerprint, answer = null, created_at = excluded.created_at, expires_at = excluded.expires_at
        where record.expires_at <= excluded.created_at
      returning 1
    )
    select turn.got as "got", exists (select from claimed) as "claimed", record.fingerprint as "fingerprint", record.answer as "answer"
    from turn left join idempotency_records as record on ${RECORD} and record.expires_at > $6::timestamptz`,
};
const FIND: Statement = {
  name: 'idempotency_records.find',
  text: `select fingerprint, answer from idempotency_records where ${RECORD} and expires_at > $5`,
};
const COMPLETE: Statement = { name: 'idempotency_records.complete', text: `update idempotency_records set answer = $5 where ${RECORD}` };

interface Found {
  readonly fingerprint: string | null;
  readonly answer: string | null;
}

const answerOf = (row: Found | undefined): ClaimAnswer =>
  row === undefined || row.fingerprint === null || row.answer === null
    ? { claim: 'IN_FLIGHT' }
    : { claim: 'COMPLETED', fingerprint: row.fingerprint, answer: row.answer };

/** Which requests have been answered, and how. */
export class IdempotencyWriter {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Claims the key until the end of the transaction, or says who has it. Never waits for another holder. */
  async claim(tenantId: string, { principalId, operation, key, fingerprint, now, expiresAt }: IdempotencyClaim): Promise<ClaimAnswer> {
    const [row] = await this.#sql.run<Found & { got: boolean; claimed: boolean }>(CLAIM, [
      tenantId, principalId, operation, key, fingerprint, now, expiresAt,
    ]);
    if (row?.claimed === true) return { claim: 'CLAIMED' };
    if (row === undefined || (row.got && row.answer === null)) {
      const [found] = await this.#sql.run<Found>(FIND, [tenantId, principalId, operation, key, now]);
      return answerOf(found);
    }
    return answerOf(row);
  }

  /** Stores the answer that a replay gets. In the transaction that claimed the key. */
  async complete(tenantId: string, { principalId, operation, key }: IdempotencyClaim, answer: string): Promise<void> {
    await this.#sql.run(COMPLETE, [tenantId, principalId, operation, key, answer]);
  }
}
