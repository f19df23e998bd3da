import { connectorTypes, type ConnectorType } from '@hoc/l7-models/integrations.tables';
import { columns, insertInto } from '../database/columns.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const GET: Statement = { name: 'connector_types.get', text: `select ${columns(connectorTypes)} from connector_types where name = $1` };
const LIST: Statement = { name: 'connector_types.list', text: `select ${columns(connectorTypes)} from connector_types order by name` };
const LOCK_FOR_SHARE: Statement = { name: 'connector_types.lock_for_share', text: `${GET.text} for share` };
/** An integration never changes its type, so it is the same one whenever the lock is had. */
const LOCK_OF_INTEGRATION: Statement = {
  name: 'connector_types.lock_of_integration',
  text: `select ${columns(connectorTypes, 'type')} from integrations integration join connector_types type on type.name = integration.connector_type
    where integration.tenant_id = $1 and integration.id = $2 and integration.deleted_at is null for share of type`,
};
const LOCK_FOR_UPDATE: Statement = { name: 'connector_types.lock_for_update', text: `${GET.text} for update` };
const PUT: Statement = {
  name: 'connector_types.put',
  text: `${insertInto(connectorTypes)} on conflict (name) do update set title = excluded.title, config_schema = excluded.config_schema,
    probe = excluded.probe, credential_kind = excluded.credential_kind, is_enabled = excluded.is_enabled, revision = connector_types.revision + 1,
    updated_at = excluded.updated_at
    returning ${columns(connectorTypes)}`,
};

export class ConnectorTypeReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async get(name: string): Promise<ConnectorType | null> {
    const [row] = await this.#sql.run<ConnectorType>(GET, [name]);
    return row ?? null;
  }

  /** All of them, those that are not enabled included. */
  list(): Promise<ConnectorType[]> {
    return this.#sql.run<ConnectorType>(LIST, []);
  }
}

export class ConnectorTypeWriter extends ConnectorTypeReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** The connector type, which stays as it is until the end of the transaction. Others may hold the same lock. */
  async lockForShare(name: string): Promise<ConnectorType | null> {
    const [row] = await this.#sql.run<ConnectorType>(LOCK_FOR_SHARE, [name]);
    return row ?? null;
  }

  /** The type of an integration, in the same way; null where the tenant has no such integration. */
  async lockForShareOfIntegration(tenantId: string, integrationId: string): Promise<ConnectorType | null> {
    const [row] = await this.#sql.run<ConnectorType>(LOCK_OF_INTEGRATION, [tenantId, integrationId]);
    return row ?? null;
  }

  /** The connector type, which only this transaction may change until its end. */
  async lockForUpdate(name: string): Promise<ConnectorType | null> {
    const [row] = await this.#sql.run<ConnectorType>(LOCK_FOR_UPDATE, [name]);
    return row ?? null;
  }

  /** Makes a connector type, or puts it in the place of the one of that name, whose `createdAt` stays, under its next revision. */
  async put({ name, title, configSchema, probe, credentialKind, isEnabled, createdAt, updatedAt }: Omit<ConnectorType, 'revision'>): Promise<ConnectorType> {
    const params = [name, title, json(configSchema), json(probe), credentialKind, isEnabled, 1, createdAt, updatedAt];
    const [row] = await this.#sql.run<ConnectorType>(PUT, params);
    if (row === undefined) throw new Error(`the connector type ${name} was not stored`);
    return row;
  }
}
