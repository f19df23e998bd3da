import { bigint, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Actor } from './actor.ts';
import { instant, oneOf } from './columns.ts';
import { CONSUMERS, ENDPOINT_STATUSES } from './enums.ts';
import type { Consumer, EndpointStatus } from './enums.ts';
import { tableOf, type TableOf } from './table-of.ts';

export type EventPayload = Readonly<Record<string, unknown>>;

/** A state change, told in the transaction that made it. */
export interface StoredEvent {
  readonly tenantId: string;
  /** The number of the audit entry of the write; with `ordinal`, the order in which a tenant's events are delivered. */
  readonly seq: number;
  /** 1 for the first event of a write. */
  readonly ordinal: number;
  readonly id: string;
  readonly type: string;
  readonly payload: EventPayload;
  readonly requestId: string;
  readonly at: Date;
}

/** Append-only: the application's role may not update or delete. */
export const outboxEvents: TableOf<StoredEvent> = tableOf<StoredEvent>()(
  pgTable(
    'outbox_events',
    {
      tenantId: text('tenant_id').notNull(),
      seq: bigint('seq', { mode: 'number' }).notNull(),
      ordinal: integer('ordinal').notNull(),
      id: text('id').notNull(),
      type: text('type').notNull(),
      payload: jsonb('payload').$type<EventPayload>().notNull(),
      requestId: text('request_id').notNull(),
      at: instant('at').notNull(),
    },
    (table) => [primaryKey({ name: 'outbox_events_pk', columns: [table.tenantId, table.seq, table.ordinal] })],
  ),
);

/** Where a tenant wants to be told of its events. */
export interface WebhookEndpoint {
  readonly tenantId: string;
  readonly id: string;
  readonly url: string;
  readonly eventTypes: string[];
  /** The signing secret under the data key `dataKeyId`, for this tenant and this endpoint alone. Never shown. */
  readonly sealedSecret: string;
  readonly dataKeyId: string;
  readonly status: EndpointStatus;
  /** The last event that was delivered, buried or passed over; what follows it is still to be told. */
  readonly cursorSeq: number;
  readonly cursorOrdinal: number;
  /** When an attempt first failed since an event was taken; null where none has. It outlives events that are given up. */
  readonly failingSince: Date | null;
  readonly nextAttemptAt: Date | null;
  /** How often the event after the cursor has been tried. */
  readonly attempts: number;
  /** When the event after the cursor first failed; null where it has not. */
  readonly firstAttemptAt: Date | null;
  /** When an attempt last failed, and what it met; both null where none has at this address. */
  readonly lastFailedAt: Date | null;
  readonly lastFailure: string | null;
  readonly createdBy: Actor;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
  /** Grows by one with every change of its settings; delivering does not count. */
  readonly version: number;
}

export const webhookEndpoints: TableOf<WebhookEndpoint> = tableOf<WebhookEndpoint>()(
  pgTable(
    'webhook_endpoints',
    {
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      url: text('url').notNull(),
      eventTypes: text('event_types').array().notNull(),
      sealedSecret: text('sealed_secret').notNull(),
      dataKeyId: text('data_key_id').notNull(),
      status: text('status', { enum: ENDPOINT_STATUSES }).notNull(),
      cursorSeq: bigint('cursor_seq', { mode: 'number' }).notNull(),
      cursorOrdinal: integer('cursor_ordinal').notNull(),
      failingSince: instant('failing_since'),
      nextAttemptAt: instant('next_attempt_at'),
      attempts: integer('attempts').notNull(),
      firstAttemptAt: instant('first_attempt_at'),
      lastFailedAt: instant('last_failed_at'),
      lastFailure: text('last_failure'),
      createdBy: jsonb('created_by').$type<Actor>().notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      deletedAt: instant('deleted_at'),
      version: integer('version').notNull(),
    },
    (table) => [
      primaryKey({ name: 'webhook_endpoints_pk', columns: [table.tenantId, table.id] }),
      oneOf('webhook_endpoints_status', 'status', ENDPOINT_STATUSES),
    ],
  ),
);

/** An event that an endpoint has not taken in time. */
export interface DeadLetter {
  readonly tenantId: string;
  readonly endpointId: string;
  readonly eventSeq: number;
  readonly eventOrdinal: number;
  /** What the last attempt met. */
  readonly reason: string;
  readonly attempts: number;
  readonly firstAttemptAt: Date;
  readonly buriedAt: Date;
  /** When a replay of it was taken. */
  readonly replayedAt: Date | null;
}

export const webhookDeadLetters: TableOf<DeadLetter> = tableOf<DeadLetter>()(
  pgTable(
    'webhook_dead_letters',
    {
      tenantId: text('tenant_id').notNull(),
      endpointId: text('endpoint_id').notNull(),
      eventSeq: bigint('event_seq', { mode: 'number' }).notNull(),
      eventOrdinal: integer('event_ordinal').notNull(),
      reason: text('reason').notNull(),
      attempts: integer('attempts').notNull(),
      firstAttemptAt: instant('first_attempt_at').notNull(),
      buriedAt: instant('buried_at').notNull(),
      replayedAt: instant('replayed_at'),
    },
    (table) => [
      primaryKey({ name: 'webhook_dead_letters_pk', columns: [table.tenantId, table.endpointId, table.eventSeq, table.eventOrdinal] }),
    ],
  ),
);

/** How far one of HOC's own consumers has come with a tenant's events. */
export interface ConsumerCursor {
  readonly tenantId: string;
  readonly consumer: Consumer;
  readonly cursorSeq: number;
  readonly cursorOrdinal: number;
  /** How often the event after the cursor has been tried. */
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
}

export const consumerCursors: TableOf<ConsumerCursor> = tableOf<ConsumerCursor>()(
  pgTable(
    'consumer_cursors',
    {
      tenantId: text('tenant_id').notNull(),
      consumer: text('consumer', { enum: CONSUMERS }).notNull(),
      cursorSeq: bigint('cursor_seq', { mode: 'number' }).notNull(),
      cursorOrdinal: integer('cursor_ordinal').notNull(),
      attempts: integer('attempts').notNull(),
      nextAttemptAt: instant('next_attempt_at'),
    },
    (table) => [
      primaryKey({ name: 'consumer_cursors_pk', columns: [table.tenantId, table.consumer] }),
      oneOf('consumer_cursors_consumer', 'consumer', CONSUMERS),
    ],
  ),
);
