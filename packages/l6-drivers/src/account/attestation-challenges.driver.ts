import { attestationChallenges, type AttestationChallenge } from '@hoc/l7-models/account.tables';
import { columns, insertInto } from '../database/columns.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const SELECT = `select ${columns(attestationChallenges)} from attestation_challenges where tenant_id = $1`;
const FIND: Statement = { name: 'attestation_challenges.find', text: `${SELECT} and digest = any($2::text[])` };
const LIST_ANSWERED: Statement = { name: 'attestation_challenges.list_answered', text: `${SELECT} and used_at is not null order by id` };
/** All of them, not one: a row that another transaction has changed meanwhile drops out of the answer, and must not be the only one. */
const LOCK_ANSWERED: Statement = {
  name: 'attestation_challenges.lock_answered_for_share',
  text: `${LIST_ANSWERED.text} for share`,
};
const INSERT: Statement = { name: 'attestation_challenges.insert', text: insertInto(attestationChallenges) };
const USE: Statement = {
  name: 'attestation_challenges.use',
  text: `update attestation_challenges set used_at = $4, key_id = $3 where tenant_id = $1 and id = $2 and used_at is null and expires_at > $4
    returning ${columns(attestationChallenges)}`,
};

export class AttestationChallengeReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The one whose nonce has one of these digests (one per pepper), used, expired or neither. */
  async find(tenantId: string, digests: readonly string[]): Promise<AttestationChallenge | null> {
    const [row] = await this.#sql.run<AttestationChallenge>(FIND, [tenantId, digests]);
    return row ?? null;
  }

  /** The challenges that were answered: one, unless rules were only monitored. */
  listAnswered(tenantId: string): Promise<AttestationChallenge[]> {
    return this.#sql.run<AttestationChallenge>(LIST_ANSWERED, [tenantId]);
  }
}

export class AttestationChallengeWriter extends AttestationChallengeReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** The challenges that were answered, which stay as they are until the end of the transaction. Others may hold the same locks. */
  lockAnsweredForShare(tenantId: string): Promise<AttestationChallenge[]> {
    return this.#sql.run<AttestationChallenge>(LOCK_ANSWERED, [tenantId]);
  }

  async insert(challenge: AttestationChallenge): Promise<void> {
    const { tenantId, id, digest, pepperId, expiresAt, usedAt, keyId, createdBy, createdAt } = challenge;
    await this.#sql.run(INSERT, [tenantId, id, digest, pepperId, expiresAt, usedAt, keyId, json(createdBy), createdAt]);
  }

  /**
   * The challenge, answered now by this key; null where it was answered before or has expired by `at`, and then nothing has
   * changed. Its foreign key locks the key's row, so the caller holds that before the end of the audit chain.
   */
  async use(tenantId: string, id: string, keyId: string, at: Date): Promise<AttestationChallenge | null> {
    const [row] = await this.#sql.run<AttestationChallenge>(USE, [tenantId, id, keyId, at]);
    return row ?? null;
  }
}
