import { boolean, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Actor } from './actor.ts';
import { instant, oneOf } from './columns.ts';
import { CREDENTIAL_KINDS, INTEGRATION_HEALTHS, INTEGRATION_STATUSES } from './enums.ts';
import type { CredentialKind, IntegrationHealth, IntegrationStatus } from './enums.ts';
import { tableOf, type TableOf } from './table-of.ts';

/** A JSON Schema (draft 2020-12) of an object; its `default`s fill what a config leaves out. */
export type ConfigSchema = Readonly<Record<string, unknown>>;

/**
 * How a connection is tried. In `url`, `headers` and `body`, `{name}` stands for that member of the config and `{credential}` for
 * the credential; a header that needs a credential is left out where there is none.
 */
export interface ProbeDefinition {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly healthyStatuses: readonly number[];
}

/** What a tenant can connect to. */
export interface ConnectorType {
  readonly name: string;
  readonly title: string;
  readonly configSchema: ConfigSchema;
  readonly probe: ProbeDefinition;
  readonly credentialKind: CredentialKind;
  readonly isEnabled: boolean;
  /** Grows by one whenever the definition is put anew, or taken away. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The six of DOMAIN.md come with the migration. Reference table. */
export const connectorTypes: TableOf<ConnectorType> = tableOf<ConnectorType>()(
  pgTable(
    'connector_types',
    {
      name: text('name').primaryKey(),
      title: text('title').notNull(),
      configSchema: jsonb('config_schema').$type<ConfigSchema>().notNull(),
      probe: jsonb('probe').$type<ProbeDefinition>().notNull(),
      credentialKind: text('credential_kind', { enum: CREDENTIAL_KINDS }).notNull(),
      isEnabled: boolean('is_enabled').notNull(),
      revision: integer('revision').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
    },
    () => [oneOf('connector_types_credential_kind', 'credential_kind', CREDENTIAL_KINDS)],
  ),
);

export type IntegrationConfig = Readonly<Record<string, unknown>>;

/** A connection of a tenant. */
export interface Integration {
  readonly tenantId: string;
  readonly id: string;
  readonly connectorType: string;
  readonly name: string;
  /** The name as it must be unique among the tenant's integrations that are not deleted. */
  readonly nameFolded: string;
  readonly config: IntegrationConfig;
  /** Under the data key `dataKeyId`, for this tenant, this integration and this origin alone. Never shown. */
  readonly sealedCredential: string | null;
  readonly dataKeyId: string | null;
  /** Where the credential may be sent, and nowhere else: scheme, host and port; `{credential}` where it says so itself. Null where there is none. */
  readonly credentialOrigin: string | null;
  readonly status: IntegrationStatus;
  readonly health: IntegrationHealth;
  readonly checkedAt: Date | null;
  readonly healthMessage: string | null;
  /** Null before the first probe. */
  readonly lastProbeOk: boolean | null;
  /** Of the connector type, by whose definition was probed. Null before the first probe. */
  readonly probedRevision: number | null;
  readonly createdBy: Actor;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
  /** Grows by one with every change but a probe's result. */
  readonly version: number;
}

export const integrations: TableOf<Integration> = tableOf<Integration>()(
  pgTable(
    'integrations',
    {
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      connectorType: text('connector_type').notNull(),
      name: text('name').notNull(),
      nameFolded: text('name_folded').notNull(),
      config: jsonb('config').$type<IntegrationConfig>().notNull(),
      sealedCredential: text('sealed_credential'),
      dataKeyId: text('data_key_id'),
      credentialOrigin: text('credential_origin'),
      status: text('status', { enum: INTEGRATION_STATUSES }).notNull(),
      health: text('health', { enum: INTEGRATION_HEALTHS }).notNull(),
      checkedAt: instant('checked_at'),
      healthMessage: text('health_message'),
      lastProbeOk: boolean('last_probe_ok'),
      probedRevision: integer('probed_revision'),
      createdBy: jsonb('created_by').$type<Actor>().notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      deletedAt: instant('deleted_at'),
      version: integer('version').notNull(),
    },
    (table) => [
      primaryKey({ name: 'integrations_pk', columns: [table.tenantId, table.id] }),
      oneOf('integrations_status', 'status', INTEGRATION_STATUSES),
      oneOf('integrations_health', 'health', INTEGRATION_HEALTHS),
    ],
  ),
);
