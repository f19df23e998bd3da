import type { Consumer } from '@hoc/l7-models/enums';
import { consumerCursors, type ConsumerCursor } from '@hoc/l7-models/outbox.tables';
import { columns } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';
import type { Position } from './position.ts';

const GET: Statement = { name: 'consumer_cursors.get', text: `select ${columns(consumerCursors)} from consumer_cursors where tenant_id = $1 and consumer = $2` };
const MOVE: Statement = {
  name: 'consumer_cursors.move',
  text: `insert into consumer_cursors as cursor (tenant_id, consumer, cursor_seq, cursor_ordinal, attempts, next_attempt_at)
    select $1, $2, $5::bigint, $6::integer, $7::integer, $8::timestamptz
    where ($3::bigint, $4::integer) = (0, 0) or exists (select from consumer_cursors where tenant_id = $1 and consumer = $2)
    on conflict (tenant_id, consumer) do update set cursor_seq = excluded.cursor_seq, cursor_ordinal = excluded.cursor_ordinal,
      attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at
      where cursor.cursor_seq = $3 and cursor.cursor_ordinal = $4
    returning cursor.consumer`,
};

/** Where a consumer stands after an attempt. */
export type ConsumerState = Pick<ConsumerCursor, 'cursorSeq' | 'cursorOrdinal' | 'attempts' | 'nextAttemptAt'>;

export class ConsumerCursorReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Before the tenant's first event where the consumer has not begun. */
  async get(tenantId: string, consumer: Consumer): Promise<ConsumerCursor> {
    const [row] = await this.#sql.run<ConsumerCursor>(GET, [tenantId, consumer]);
    return row ?? { tenantId, consumer, cursorSeq: 0, cursorOrdinal: 0, attempts: 0, nextAttemptAt: null };
  }
}

export class ConsumerCursorWriter extends ConsumerCursorReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** Whether the consumer was moved from where it was seen to stand; false, and nothing written, where another has moved it meanwhile. */
  async move(tenantId: string, consumer: Consumer, from: Position, to: ConsumerState): Promise<boolean> {
    const { cursorSeq, cursorOrdinal, attempts, nextAttemptAt } = to;
    const rows = await this.#sql.run(MOVE, [tenantId, consumer, from.seq, from.ordinal, cursorSeq, cursorOrdinal, attempts, nextAttemptAt]);
    return rows.length === 1;
  }
}
