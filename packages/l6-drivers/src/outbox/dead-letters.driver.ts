import { webhookDeadLetters, type DeadLetter, type StoredEvent } from '@hoc/l7-models/outbox.tables';
import { columns, insertInto } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';
import type { Position } from './position.ts';

const SELECT = `select ${columns(webhookDeadLetters)} from webhook_dead_letters where tenant_id = $1 and endpoint_id = $2`;
const GET: Statement = { name: 'webhook_dead_letters.get', text: `${SELECT} and event_seq = $3 and event_ordinal = $4` };
const LIST: Statement = {
  name: 'webhook_dead_letters.list',
  text: `${SELECT} and ($3::bigint is null or (event_seq, event_ordinal) < ($3, $4)) order by event_seq desc, event_ordinal desc limit $5`,
};
/** With what its event was. */
const TOLD = `select ${columns(webhookDeadLetters, 'letter')}, event.id as "eventId", event.type as "eventType", event.at as "eventAt"
  from webhook_dead_letters letter join outbox_events event
    on event.tenant_id = letter.tenant_id and event.seq = letter.event_seq and event.ordinal = letter.event_ordinal
  where letter.tenant_id = $1 and event.tenant_id = $1 and letter.endpoint_id = $2`;
const FIND: Statement = { name: 'webhook_dead_letters.find_by_event', text: `${TOLD} and event.id = $3` };
const LIST_TOLD: Statement = {
  name: 'webhook_dead_letters.list_told',
  text: `${TOLD} and ($3::bigint is null or (letter.event_seq, letter.event_ordinal) < ($3, $4)) order by letter.event_seq desc, letter.event_ordinal desc limit $5`,
};
const BURY: Statement = {
  name: 'webhook_dead_letters.bury',
  text: `${insertInto(webhookDeadLetters)} on conflict (tenant_id, endpoint_id, event_seq, event_ordinal)
    do update set reason = excluded.reason, attempts = excluded.attempts, buried_at = excluded.buried_at, replayed_at = excluded.replayed_at`,
};
const MARK_REPLAYED: Statement = {
  name: 'webhook_dead_letters.mark_replayed',
  text: `update webhook_dead_letters set replayed_at = $5 where tenant_id = $1 and endpoint_id = $2 and event_seq = $3 and event_ordinal = $4
    returning ${columns(webhookDeadLetters)}`,
};

/** A letter with what its event was. */
export interface ToldDeadLetter extends DeadLetter {
  readonly eventId: StoredEvent['id'];
  readonly eventType: StoredEvent['type'];
  readonly eventAt: StoredEvent['at'];
}

export class DeadLetterReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async get(tenantId: string, endpointId: string, { seq, ordinal }: Position): Promise<DeadLetter | null> {
    const [row] = await this.#sql.run<DeadLetter>(GET, [tenantId, endpointId, seq, ordinal]);
    return row ?? null;
  }

  /** The letter of an event, by the event's id. */
  async findByEvent(tenantId: string, endpointId: string, eventId: string): Promise<ToldDeadLetter | null> {
    const [row] = await this.#sql.run<ToldDeadLetter>(FIND, [tenantId, endpointId, eventId]);
    return row ?? null;
  }

  /** As {@link list}, each with what its event was. */
  listTold(tenantId: string, endpointId: string, { limit, before }: { readonly limit: number; readonly before?: Position | undefined }): Promise<ToldDeadLetter[]> {
    return this.#sql.run<ToldDeadLetter>(LIST_TOLD, [tenantId, endpointId, before?.seq ?? null, before?.ordinal ?? null, limit]);
  }

  /** Of one endpoint, the newest event first, those before a position. */
  list(tenantId: string, endpointId: string, { limit, before }: { readonly limit: number; readonly before?: Position | undefined }): Promise<DeadLetter[]> {
    return this.#sql.run<DeadLetter>(LIST, [tenantId, endpointId, before?.seq ?? null, before?.ordinal ?? null, limit]);
  }
}

export class DeadLetterWriter extends DeadLetterReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /**
   * Writes an event down as not delivered; where it was written down before, it is buried anew, and keeps the time of its first attempt.
   * Its foreign keys lock the endpoint's row, so the caller holds that before the end of the audit chain.
   */
  async bury({ tenantId, endpointId, eventSeq, eventOrdinal, reason, attempts, firstAttemptAt, buriedAt, replayedAt }: DeadLetter): Promise<void> {
    await this.#sql.run(BURY, [tenantId, endpointId, eventSeq, eventOrdinal, reason, attempts, firstAttemptAt, buriedAt, replayedAt]);
  }

  /** The letter, replayed now; null where there is none. */
  async markReplayed(tenantId: string, endpointId: string, { seq, ordinal }: Position, at: Date): Promise<DeadLetter | null> {
    const [row] = await this.#sql.run<DeadLetter>(MARK_REPLAYED, [tenantId, endpointId, seq, ordinal, at]);
    return row ?? null;
  }
}
