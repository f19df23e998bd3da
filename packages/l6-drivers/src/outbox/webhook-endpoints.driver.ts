import { webhookEndpoints, type WebhookEndpoint } from '@hoc/l7-models/outbox.tables';
import { columns, insertInto } from '../database/columns.ts';
import type { After } from '../database/page.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';
import type { Position } from './position.ts';

const SELECT = `select ${columns(webhookEndpoints)} from webhook_endpoints where tenant_id = $1 and deleted_at is null`;
const GET: Statement = { name: 'webhook_endpoints.get', text: `${SELECT} and id = $2` };
const LIST: Statement = {
  name: 'webhook_endpoints.list',
  text: `${SELECT} and ($2::timestamptz is null or (created_at, id) < ($2, $3)) order by created_at desc, id desc limit $4`,
};
const LIST_ENABLED: Statement = { name: 'webhook_endpoints.list_enabled', text: `${SELECT} and status = 'ENABLED' order by id` };

/** What is not deleted; a deleted endpoint is nowhere to be found. */
export class WebhookEndpointReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async get(tenantId: string, id: string): Promise<WebhookEndpoint | null> {
    const [row] = await this.#sql.run<WebhookEndpoint>(GET, [tenantId, id]);
    return row ?? null;
  }

  /** The newest first. */
  list(tenantId: string, { limit, after }: { readonly limit: number; readonly after?: After | undefined }): Promise<WebhookEndpoint[]> {
    return this.#sql.run<WebhookEndpoint>(LIST, [tenantId, after?.createdAt ?? null, after?.id ?? null, limit]);
  }

  /** Those to deliver to. */
  listEnabled(tenantId: string): Promise<WebhookEndpoint[]> {
    return this.#sql.run<WebhookEndpoint>(LIST_ENABLED, [tenantId]);
  }
}

const LOCK_FOR_UPDATE: Statement = { name: 'webhook_endpoints.lock_for_update', text: `${GET.text} for update` };
const INSERT: Statement = { name: 'webhook_endpoints.insert', text: insertInto(webhookEndpoints) };
const SAVE: Statement = {
  name: 'webhook_endpoints.save',
  text: `update webhook_endpoints set url = $4, event_types = $5, sealed_secret = $6, data_key_id = $7, status = $8, updated_at = $9,
      deleted_at = $10, version = $11
    where tenant_id = $1 and id = $2 and version = $3 and deleted_at is null returning ${columns(webhookEndpoints)}`,
};
const MOVE: Statement = {
  name: 'webhook_endpoints.move',
  text: `update webhook_endpoints set cursor_seq = $5, cursor_ordinal = $6, failing_since = $7, next_attempt_at = $8, attempts = $9,
      first_attempt_at = $10, last_failed_at = $11, last_failure = $12
    where tenant_id = $1 and id = $2 and cursor_seq = $3 and cursor_ordinal = $4 and deleted_at is null returning ${columns(webhookEndpoints)}`,
};

/** Where an endpoint stands, and how it has fared. */
export type DeliveryState = Pick<
  WebhookEndpoint, 'cursorSeq' | 'cursorOrdinal' | 'failingSince' | 'nextAttemptAt' | 'attempts' | 'firstAttemptAt' | 'lastFailedAt' | 'lastFailure'
>;

export class WebhookEndpointWriter extends WebhookEndpointReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** The endpoint, which only this transaction may change until its end. */
  async lockForUpdate(tenantId: string, id: string): Promise<WebhookEndpoint | null> {
    const [row] = await this.#sql.run<WebhookEndpoint>(LOCK_FOR_UPDATE, [tenantId, id]);
    return row ?? null;
  }

  /** Its foreign keys lock the tenant's row, so the caller holds that before the end of the audit chain. */
  async insert(endpoint: WebhookEndpoint): Promise<void> {
    const { tenantId, id, url, eventTypes, sealedSecret, dataKeyId, status, cursorSeq, cursorOrdinal } = endpoint;
    const { failingSince, nextAttemptAt, attempts, firstAttemptAt, lastFailedAt, lastFailure, createdBy, createdAt, updatedAt, deletedAt, version } = endpoint;
    await this.#sql.run(INSERT, [
      tenantId, id, url, eventTypes, sealedSecret, dataKeyId, status, cursorSeq, cursorOrdinal, failingSince, nextAttemptAt, attempts,
      firstAttemptAt, lastFailedAt, lastFailure, json(createdBy), createdAt, updatedAt, deletedAt, version,
    ]);
  }

  /** Writes the settings of an endpoint, not where it stands; null, and nothing written, where the stored version is not `expectedVersion`, or it is deleted. */
  async save(next: WebhookEndpoint, expectedVersion: number): Promise<WebhookEndpoint | null> {
    const [row] = await this.#sql.run<WebhookEndpoint>(SAVE, [
      next.tenantId, next.id, expectedVersion, next.url, next.eventTypes, next.sealedSecret, next.dataKeyId, next.status, next.updatedAt,
      next.deletedAt, next.version,
    ]);
    return row ?? null;
  }

  /** Moves an endpoint from where it was seen to stand; null, and nothing written, where another has moved it meanwhile, or it is deleted. */
  async move(tenantId: string, id: string, from: Position, to: DeliveryState): Promise<WebhookEndpoint | null> {
    const { cursorSeq, cursorOrdinal, failingSince, nextAttemptAt, attempts, firstAttemptAt, lastFailedAt, lastFailure } = to;
    const [row] = await this.#sql.run<WebhookEndpoint>(MOVE, [
      tenantId, id, from.seq, from.ordinal, cursorSeq, cursorOrdinal, failingSince, nextAttemptAt, attempts,
      firstAttemptAt, lastFailedAt, lastFailure,
    ]);
    return row ?? null;
  }
}
