import type { IntegrationHealth, IntegrationStatus } from '@hoc/l7-models/enums';
import { integrations, type Integration } from '@hoc/l7-models/integrations.tables';
import { columns, insertInto } from '../database/columns.ts';
import type { After } from '../database/page.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const SELECT = `select ${columns(integrations)} from integrations where tenant_id = $1 and deleted_at is null`;
const GET: Statement = { name: 'integrations.get', text: `${SELECT} and id = $2` };
const FIND_BY_NAME: Statement = { name: 'integrations.find_by_name', text: `${SELECT} and name_folded = $2` };
const LIST: Statement = {
  name: 'integrations.list',
  text: `${SELECT} and ($2::text is null or status = $2) and ($3::text is null or connector_type = $3) and ($4::text is null or health = $4)
      and ($5::timestamptz is null or (created_at, id) < ($5, $6))
    order by created_at desc, id desc limit $7`,
};
const DUE: Statement = {
  name: 'integrations.due',
  text: `${SELECT} and status = 'ENABLED' and (checked_at is null or checked_at < $2) order by checked_at nulls first, id limit $3`,
};
/** What was found by another definition of the type, or of a type that is not registered any more, shows nothing. */
const LIST_VALIDATED: Statement = {
  name: 'integrations.list_validated',
  text: `select ${columns(integrations, 'integration')} from integrations integration
    join connector_types type on type.name = integration.connector_type and type.is_enabled and type.revision = integration.probed_revision
    where integration.tenant_id = $1 and integration.deleted_at is null and integration.status = 'ENABLED' and integration.last_probe_ok order by integration.id`,
};

export interface IntegrationFilter {
  readonly status?: IntegrationStatus | undefined;
  readonly connectorType?: string | undefined;
  readonly health?: IntegrationHealth | undefined;
  readonly limit: number;
  readonly after?: After | undefined;
}

/** What is not deleted; a deleted integration is nowhere to be found. */
export class IntegrationReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async get(tenantId: string, id: string): Promise<Integration | null> {
    const [row] = await this.#sql.run<Integration>(GET, [tenantId, id]);
    return row ?? null;
  }

  /** Exact where it is asked by a handler: the writes of one tenant go one by one. */
  async findByName(tenantId: string, nameFolded: string): Promise<Integration | null> {
    const [row] = await this.#sql.run<Integration>(FIND_BY_NAME, [tenantId, nameFolded]);
    return row ?? null;
  }

  /** The newest first. */
  list(tenantId: string, { status, connectorType, health, limit, after }: IntegrationFilter): Promise<Integration[]> {
    return this.#sql.run<Integration>(LIST, [
      tenantId, status ?? null, connectorType ?? null, health ?? null, after?.createdAt ?? null, after?.id ?? null, limit,
    ]);
  }

  /** The ENABLED integrations whose last probe succeeded, by the definition that their type has now; the plan caps them. */
  listValidated(tenantId: string): Promise<Integration[]> {
    return this.#sql.run<Integration>(LIST_VALIDATED, [tenantId]);
  }

  /** What is to be probed again, which is what is ENABLED: not probed since `checkedBefore`, those that have waited the longest first. */
  due(tenantId: string, checkedBefore: Date, limit: number): Promise<Integration[]> {
    return this.#sql.run<Integration>(DUE, [tenantId, checkedBefore, limit]);
  }
}

const LOCK_FOR_UPDATE: Statement = { name: 'integrations.lock_for_update', text: `${GET.text} for update` };
/** With their types. All of them, not one: a row that another transaction has changed meanwhile drops out of the answer, and must not be the only one. */
const LOCK_VALIDATED: Statement = {
  name: 'integrations.lock_validated_for_share',
  text: `${LIST_VALIDATED.text} for share`,
};
const INSERT: Statement = { name: 'integrations.insert', text: insertInto(integrations) };
const SAVE: Statement = {
  name: 'integrations.save',
  text: `update integrations set name = $4, name_folded = $5, config = $6, sealed_credential = $7, data_key_id = $8, status = $9, health = $10,
      checked_at = $11, health_message = $12, last_probe_ok = $13, updated_at = $14, deleted_at = $15, version = $16, credential_origin = $17,
      probed_revision = $18
    where tenant_id = $1 and id = $2 and version = $3 and deleted_at is null returning ${columns(integrations)}`,
};
const RECORD_PROBE: Statement = {
  name: 'integrations.record_probe',
  text: `update integrations set status = $4, health = $5, checked_at = $6, health_message = $7, last_probe_ok = $8, probed_revision = $9
    where tenant_id = $1 and id = $2 and version = $3 and deleted_at is null and (checked_at is null or checked_at <= $6)
    returning ${columns(integrations)}`,
};

/** What a probe has found, and the status that follows from it. */
export interface ProbeRecord {
  readonly status: IntegrationStatus;
  readonly health: IntegrationHealth;
  readonly healthMessage: string | null;
  readonly lastProbeOk: boolean;
  /** Of the connector type, whose definition was probed by. */
  readonly probedRevision: number;
  readonly checkedAt: Date;
}

export class IntegrationWriter extends IntegrationReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** The integration, which only this transaction may change until its end. */
  async lockForUpdate(tenantId: string, id: string): Promise<Integration | null> {
    const [row] = await this.#sql.run<Integration>(LOCK_FOR_UPDATE, [tenantId, id]);
    return row ?? null;
  }

  /** The same, which stay so, as their types do, until the end of the transaction. Others may hold the same locks. */
  lockValidatedForShare(tenantId: string): Promise<Integration[]> {
    return this.#sql.run<Integration>(LOCK_VALIDATED, [tenantId]);
  }

  /** Its foreign keys lock the tenant's row, so the caller holds that before the end of the audit chain. */
  async insert(integration: Integration): Promise<void> {
    const { tenantId, id, connectorType, createdBy, createdAt, version } = integration;
    const { name, nameFolded, config, sealedCredential, dataKeyId, credentialOrigin, status, health } = integration;
    const { checkedAt, healthMessage, lastProbeOk, probedRevision, updatedAt, deletedAt } = integration;
    await this.#sql.run(INSERT, [
      tenantId, id, connectorType, name, nameFolded, json(config), sealedCredential, dataKeyId, credentialOrigin, status, health, checkedAt,
      healthMessage, lastProbeOk, probedRevision, json(createdBy), createdAt, updatedAt, deletedAt, version,
    ]);
  }

  /** Writes everything of an integration that may change; null, and nothing written, where the stored version is not `expectedVersion`, or it is deleted. */
  async save(next: Integration, expectedVersion: number): Promise<Integration | null> {
    const [row] = await this.#sql.run<Integration>(SAVE, [
      next.tenantId, next.id, expectedVersion, next.name, next.nameFolded, json(next.config), next.sealedCredential, next.dataKeyId, next.status,
      next.health, next.checkedAt, next.healthMessage, next.lastProbeOk, next.updatedAt, next.deletedAt, next.version,
      next.credentialOrigin, next.probedRevision,
    ]);
    return row ?? null;
  }

  /**
   * Stores what a probe of this very version has found; null, and nothing written, where the integration was changed or deleted
   * meanwhile, or a later probe has been recorded. Neither `version` nor `updatedAt` moves: nobody has changed a setting.
   */
  async recordProbe(tenantId: string, id: string, probedVersion: number, found: ProbeRecord): Promise<Integration | null> {
    const { status, health, checkedAt, healthMessage, lastProbeOk, probedRevision } = found;
    const [row] = await this.#sql.run<Integration>(RECORD_PROBE, [
      tenantId, id, probedVersion, status, health, checkedAt, healthMessage, lastProbeOk, probedRevision,
    ]);
    return row ?? null;
  }
}
