import { outboxEvents, type StoredEvent } from '@hoc/l7-models/outbox.tables';
import { columns } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';
import type { Position } from './position.ts';

const SELECT = `select ${columns(outboxEvents)} from outbox_events where tenant_id = $1`;
const AFTER: Statement = {
  name: 'outbox_events.after',
  text: `${SELECT} and (seq, ordinal) > ($2, $3) and ($4::text[] is null or type = any($4)) order by seq, ordinal limit $5`,
};
const NEXT: Statement = {
  name: 'outbox_events.next',
  text: `${SELECT} and (seq, ordinal) > ($2, $3) and (type = any($4) or (type = $5 and payload ->> 'endpointId' = $6)) order by seq, ordinal limit 1`,
};
const GET: Statement = { name: 'outbox_events.get', text: `${SELECT} and seq = $2 and ordinal = $3` };
const LAST: Statement = {
  name: 'outbox_events.last',
  text: 'select seq, ordinal from outbox_events where tenant_id = $1 order by seq desc, ordinal desc limit 1',
};

/** Which events somebody is told of: by type, and those of one more type that name an endpoint. */
export interface Selection {
  readonly types: readonly string[];
  readonly addressed: { readonly type: string; readonly endpointId: string } | null;
}

/**
 * What the writes of a tenant have told. INVARIANT: whoever has read an event has seen, or could have seen, all events before it:
 * a tenant's writes commit in the order of their audit entries.
 */
export class OutboxEventReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** At most `limit` events after a position, in their order; of some types, or of all. */
  after(tenantId: string, { seq, ordinal }: Position, { limit, types }: { readonly limit: number; readonly types?: readonly string[] | undefined }): Promise<StoredEvent[]> {
    return this.#sql.run<StoredEvent>(AFTER, [tenantId, seq, ordinal, types ?? null, limit]);
  }

  /** The first event after a position that a selection holds. */
  async next(tenantId: string, { seq, ordinal }: Position, { types, addressed }: Selection): Promise<StoredEvent | null> {
    const [row] = await this.#sql.run<StoredEvent>(NEXT, [tenantId, seq, ordinal, types, addressed?.type ?? null, addressed?.endpointId ?? null]);
    return row ?? null;
  }

  async get(tenantId: string, { seq, ordinal }: Position): Promise<StoredEvent | null> {
    const [row] = await this.#sql.run<StoredEvent>(GET, [tenantId, seq, ordinal]);
    return row ?? null;
  }

  /** The position of the tenant's last event; that before the first where there is none. */
  async last(tenantId: string): Promise<Position> {
    const [row] = await this.#sql.run<Position>(LAST, [tenantId]);
    return row ?? { seq: 0, ordinal: 0 };
  }
}
