import { webhookEndpoints, consumerCursors, type ConsumerCursor, type WebhookEndpoint } from '@hoc/l7-models/outbox.tables';
import type { Consumer } from '@hoc/l7-models/enums';
import { columns } from '../database/columns.ts';
import type { Sql, Statement } from '../database/sql.ts';
import type { Position } from './position.ts';

/** The time is the parameter of this number. */
const isDue = (parameter: number): string => `(next_attempt_at is null or next_attempt_at <= $${parameter})`;
const ENABLED: Statement = {
  name: 'delivery.endpoints_enabled',
  text: `select ${columns(webhookEndpoints)} from webhook_endpoints where tenant_id = $1 and deleted_at is null and status = 'ENABLED' order by id`,
};
const LOCK_ENDPOINT: Statement = {
  name: 'delivery.lock_endpoint',
  text: `select ${columns(webhookEndpoints)} from webhook_endpoints
    where tenant_id = $1 and id = $2 and ${isDue(3)} and deleted_at is null and status = 'ENABLED' for update skip locked`,
};
const CLAIM_ENDPOINT: Statement = {
  name: 'delivery.claim_endpoint',
  text: 'update webhook_endpoints set next_attempt_at = $3, attempts = attempts + 1 where tenant_id = $1 and id = $2',
};
const SETTLE_ENDPOINT: Statement = {
  name: 'delivery.settle_endpoint',
  text: `update webhook_endpoints set cursor_seq = $6, cursor_ordinal = $7, failing_since = $8, next_attempt_at = $9, attempts = $10,
      first_attempt_at = $11, last_failed_at = coalesce($12, last_failed_at), last_failure = coalesce($13, last_failure)
    where tenant_id = $1 and id = $2 and cursor_seq = $3 and cursor_ordinal = $4 and next_attempt_at = $5 and deleted_at is null returning id`,
};
const PASS_ENDPOINT: Statement = {
  name: 'delivery.pass_endpoint',
  text: `update webhook_endpoints set cursor_seq = $3, cursor_ordinal = $4, next_attempt_at = null, attempts = 0, first_attempt_at = null
    where tenant_id = $1 and id = $2`,
};
const BEGIN_CONSUMER: Statement = {
  name: 'delivery.begin_consumer',
  text: `insert into consumer_cursors (tenant_id, consumer, cursor_seq, cursor_ordinal, attempts, next_attempt_at) values ($1, $2, 0, 0, 0, null)
    on conflict (tenant_id, consumer) do nothing`,
};
const LOCK_CONSUMER: Statement = {
  name: 'delivery.lock_consumer',
  text: `select ${columns(consumerCursors)} from consumer_cursors where tenant_id = $1 and consumer = $2 and ${isDue(3)} for update skip locked`,
};
const CLAIM_CONSUMER: Statement = {
  name: 'delivery.claim_consumer',
  text: 'update consumer_cursors set next_attempt_at = $3, attempts = attempts + 1 where tenant_id = $1 and consumer = $2',
};
const SETTLE_CONSUMER: Statement = {
  name: 'delivery.settle_consumer',
  text: `update consumer_cursors set cursor_seq = $6, cursor_ordinal = $7, next_attempt_at = $8, attempts = $9
    where tenant_id = $1 and consumer = $2 and cursor_seq = $3 and cursor_ordinal = $4 and next_attempt_at = $5 returning consumer`,
};
const PASS_CONSUMER: Statement = {
  name: 'delivery.pass_consumer',
  text: `update consumer_cursors set cursor_seq = $3, cursor_ordinal = $4, next_attempt_at = null, attempts = 0
    where tenant_id = $1 and consumer = $2`,
};
const DATA_KEY: Statement = {
  name: 'delivery.data_key',
  text: 'select tenant_id as "tenantId", wrapped, kek_id as "kekId" from tenant_data_keys where tenant_id = $1 and id = $2',
};
const TENANTS: Statement = { name: 'delivery.tenants', text: 'select tenant_id as "id" from tenants where tenant_id > $1 order by tenant_id limit $2' };

/** A tenant's data key as it is stored. */
export interface WrappedDataKey {
  readonly tenantId: string;
  readonly wrapped: string;
  readonly kekId: string;
}

/** Where an endpoint or a consumer was when it was claimed, and until when. */
export interface Claimed extends Position {
  readonly until: Date;
}

/** Where a consumer is after the attempt. */
export interface SettledConsumer extends Position {
  readonly nextAttemptAt: Date | null;
  readonly attempts: number;
}

/** Where an endpoint is after the attempt. */
export interface Settled extends SettledConsumer {
  readonly failingSince: Date | null;
  readonly firstAttemptAt: Date | null;
  /** Null where it did not fail: what an earlier one met stays to be read. */
  readonly failure: { readonly at: Date; readonly reason: string } | null;
}

/**
 * Who is told what next, and who is telling. A claim is a time: until it has passed nobody else claims the same, and the server
 * that holds it holds no lock and no transaction. INVARIANT: only the one whose claim still stands moves a cursor.
 */
export class DeliveryDriver {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Those that are told, now or when what they wait for has passed. */
  endpoints(tenantId: string): Promise<WebhookEndpoint[]> {
    return this.#sql.run<WebhookEndpoint>(ENABLED, [tenantId]);
  }

  /** The endpoint under lock; null where it is not due, or another server has it under lock. */
  async lockEndpoint(tenantId: string, id: string, now: Date): Promise<WebhookEndpoint | null> {
    const [row] = await this.#sql.run<WebhookEndpoint>(LOCK_ENDPOINT, [tenantId, id, now]);
    return row ?? null;
  }

  async claimEndpoint(tenantId: string, id: string, until: Date): Promise<void> {
    await this.#sql.run(CLAIM_ENDPOINT, [tenantId, id, until]);
  }

  /** Whether the claim still stood; if not, nothing was written. */
  async settleEndpoint(tenantId: string, id: string, from: Claimed, to: Settled): Promise<boolean> {
    const rows = await this.#sql.run(SETTLE_ENDPOINT, [
      tenantId, id, from.seq, from.ordinal, from.until, to.seq, to.ordinal, to.failingSince, to.nextAttemptAt, to.attempts,
      to.firstAttemptAt, to.failure?.at ?? null, to.failure?.reason ?? null,
    ]);
    return rows.length === 1;
  }

  /** Moves an endpoint that is under lock past events that it is not told of. */
  async passEndpoint(tenantId: string, id: string, { seq, ordinal }: Position): Promise<void> {
    await this.#sql.run(PASS_ENDPOINT, [tenantId, id, seq, ordinal]);
  }

  /** The consumer's place under lock, made where there is none; null where it is not due, or another server has it under lock. */
  async lockConsumer(tenantId: string, consumer: Consumer, now: Date): Promise<ConsumerCursor | null> {
    const [, [row]] = await Promise.all([
      this.#sql.run(BEGIN_CONSUMER, [tenantId, consumer]),
      this.#sql.run<ConsumerCursor>(LOCK_CONSUMER, [tenantId, consumer, now]),
    ]);
    return row ?? null;
  }

  async claimConsumer(tenantId: string, consumer: Consumer, until: Date): Promise<void> {
    await this.#sql.run(CLAIM_CONSUMER, [tenantId, consumer, until]);
  }

  /** Whether the claim still stood; if not, nothing was written. */
  async settleConsumer(tenantId: string, consumer: Consumer, from: Claimed, to: SettledConsumer): Promise<boolean> {
    const rows = await this.#sql.run(SETTLE_CONSUMER, [
      tenantId, consumer, from.seq, from.ordinal, from.until, to.seq, to.ordinal, to.nextAttemptAt, to.attempts,
    ]);
    return rows.length === 1;
  }

  /** Moves a consumer that is under lock past events that are not its own. */
  async passConsumer(tenantId: string, consumer: Consumer, { seq, ordinal }: Position): Promise<void> {
    await this.#sql.run(PASS_CONSUMER, [tenantId, consumer, seq, ordinal]);
  }

  async dataKey(tenantId: string, id: string): Promise<WrappedDataKey | null> {
    const [row] = await this.#sql.run<WrappedDataKey>(DATA_KEY, [tenantId, id]);
    return row ?? null;
  }

  /** Ids of tenants after one, in their order; as the platform. */
  async tenantsAfter(id: string, limit: number): Promise<string[]> {
    return (await this.#sql.run<{ readonly id: string }>(TENANTS, [id, limit])).map((row) => row.id);
  }
}
