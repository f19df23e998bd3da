import { json, type Sql, type Statement } from '../database/sql.ts';

const APPEND: Statement = {
  name: 'outbox_events.append',
  text: `insert into outbox_events (tenant_id, seq, ordinal, id, type, payload, request_id, at)
    select $1, $2, event.ordinal, event.id, event.type, event.payload, $3, $4
    from jsonb_to_recordset($5::jsonb) as event (ordinal integer, id text, type text, payload jsonb)`,
};

/** An event as the kernel tells it, with its id. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Of which write: its request, the number of its audit entry, and its time. */
export interface EventOrigin {
  readonly requestId: string;
  readonly seq: number;
  readonly at: Date;
}

/** Writes events down beside the write that they tell of, for the kernel alone: handlers cannot. */
export class EventLogWriter {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** One statement, however many there are; their order is their `ordinal`, from 1. */
  async append(tenantId: string, events: readonly NewEvent[], { requestId, seq, at }: EventOrigin): Promise<void> {
    const numbered = events.map(({ id, type, payload }, index) => ({ ordinal: index + 1, id, type, payload }));
    await this.#sql.run(APPEND, [tenantId, seq, requestId, at, json(numbered)]);
  }
}
