import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { projects, tenants } from './account.tables.ts';
import type { Actor } from './actor.ts';
import { instant, oneOf } from './columns.ts';
import { ENVIRONMENTS, KEY_KINDS, KEY_STATUSES } from './enums.ts';
import type { Environment, KeyKind, KeyStatus } from './enums.ts';
import type { CreditRefill, RateLimit } from './rate-limit.ts';
import { tableOf, type TableOf } from './table-of.ts';

/** The operator's own JSON object about a key. */
export type KeyMetadata = Readonly<Record<string, unknown>>;

/** An API key. Source of the fields: DOMAIN.md; nothing is stored that is not enforced. */
export interface ApiKey {
  readonly tenantId: string;
  readonly id: string;
  readonly projectId: string | null;
  readonly kind: KeyKind;
  readonly name: string;
  readonly environment: Environment;
  /** The tenant's locator and nine characters of the key's own: shown in lists and logs. */
  readonly publicId: string;
  /** HMAC-SHA-256(pepper, token), base64url. */
  readonly digest: string;
  readonly pepperId: string;
  readonly status: KeyStatus;
  readonly permissions: string[];
  /** Patterns that its holder may grant; null: all. */
  readonly grantable: string[] | null;
  readonly allowedResources: string[];
  readonly allowedAddresses: string[];
  readonly expiresAt: Date | null;
  readonly metadata: KeyMetadata;
  /** The customer's own end user. */
  readonly ownerRef: string | null;
  readonly createdBy: Actor;
  readonly rotatedFrom: string | null;
  readonly rotatedTo: string | null;
  readonly rotatedAt: Date | null;
  /** What `expiresAt` was before the rotation: undoing gives it back. */
  readonly priorExpiresAt: Date | null;
  /** Whether the tenant's counter of live keys holds this key now. */
  readonly counted: boolean;
  readonly revokedAt: Date | null;
  readonly revokedBy: Actor | null;
  readonly revokedReason: string | null;
  readonly frozenAt: Date | null;
  readonly frozenBy: Actor | null;
  readonly frozenReason: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Grows by one with every change. */
  readonly version: number;
  readonly rateLimits: readonly RateLimit[];
  /** Whether its uses are taken from credits; how many are left is a row of its own. */
  readonly hasCredits: boolean;
  readonly creditRefill: CreditRefill | null;
  /** How many leases it may have at a time; null: as many as are asked for. */
  readonly maxConcurrent: number | null;
  /** What its meters are kept under: its own id, or that of the first key that it was rotated from. */
  readonly meterId: string;
}

export const apiKeys: TableOf<ApiKey> = tableOf<ApiKey>()(
  pgTable(
    'api_keys',
    {
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      projectId: text('project_id'),
      kind: text('kind', { enum: KEY_KINDS }).notNull(),
      name: text('name').notNull(),
      environment: text('environment', { enum: ENVIRONMENTS }).notNull(),
      publicId: text('public_id').notNull(),
      digest: text('digest').notNull(),
      pepperId: text('pepper_id').notNull(),
      status: text('status', { enum: KEY_STATUSES }).notNull(),
      permissions: text('permissions').array().notNull(),
      grantable: text('grantable').array(),
      allowedResources: text('allowed_resources').array().notNull(),
      allowedAddresses: text('allowed_addresses').array().notNull(),
      expiresAt: instant('expires_at'),
      metadata: jsonb('metadata').$type<KeyMetadata>().notNull(),
      ownerRef: text('owner_ref'),
      createdBy: jsonb('created_by').$type<Actor>().notNull(),
      rotatedFrom: text('rotated_from'),
      rotatedTo: text('rotated_to'),
      rotatedAt: instant('rotated_at'),
      priorExpiresAt: instant('prior_expires_at'),
      counted: boolean('counted').notNull(),
      revokedAt: instant('revoked_at'),
      revokedBy: jsonb('revoked_by').$type<Actor>(),
      revokedReason: text('revoked_reason'),
      frozenAt: instant('frozen_at'),
      frozenBy: jsonb('frozen_by').$type<Actor>(),
      frozenReason: text('frozen_reason'),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      version: integer('version').notNull(),
      rateLimits: jsonb('rate_limits').$type<readonly RateLimit[]>().notNull(),
      hasCredits: boolean('has_credits').notNull(),
      creditRefill: jsonb('credit_refill').$type<CreditRefill>(),
      maxConcurrent: integer('max_concurrent'),
      meterId: text('meter_id').notNull(),
    },
    (table) => [
      primaryKey({ name: 'api_keys_pk', columns: [table.tenantId, table.id] }),
      unique('api_keys_digest').on(table.tenantId, table.digest),
      unique('api_keys_public_id').on(table.tenantId, table.publicId),
      foreignKey({ name: 'api_keys_tenant', columns: [table.tenantId], foreignColumns: [tenants.id] }),
      foreignKey({ name: 'api_keys_project', columns: [table.tenantId, table.projectId], foreignColumns: [projects.tenantId, projects.id] }),
      foreignKey({ name: 'api_keys_rotated_from', columns: [table.tenantId, table.rotatedFrom], foreignColumns: [table.tenantId, table.id] }),
      oneOf('api_keys_kind', 'kind', KEY_KINDS),
      oneOf('api_keys_environment', 'environment', ENVIRONMENTS),
      oneOf('api_keys_status', 'status', KEY_STATUSES),
      index('api_keys_by_time').on(table.tenantId, table.createdAt, table.id),
    ],
  ),
);
