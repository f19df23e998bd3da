import { foreignKey, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import type { Actor } from './actor.ts';
import { instant, oneOf } from './columns.ts';
import { COUNTERS, EVIDENCE_KINDS, ONBOARDING_STATES, PROJECT_STATUSES, TENANT_STATUSES, TOKEN_PLANES } from './enums.ts';
import type { Counter, EvidenceKind, OnboardingState, ProjectStatus, TenantStatus, TokenPlane } from './enums.ts';
import type { RateLimit } from './rate-limit.ts';
import { tableOf, type TableOf } from './table-of.ts';

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** Who owns tenants. Reference table. */
export const organizations: TableOf<Organization> = tableOf<Organization>()(
  pgTable('organizations', {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    createdAt: instant('created_at').notNull(),
  }),
);

/** What a plan allows one tenant to have live at a time. Null: unlimited. */
export interface PlanQuotas {
  readonly maxServiceKeys: number;
  readonly maxManagementKeys: number;
  readonly maxProjects: number;
  readonly maxIntegrations: number;
  readonly maxVerificationsPerMonth: number | null;
}

export interface Plan extends PlanQuotas {
  readonly name: string;
}

/** Quotas by name of plan; FREE, PRO and ENTERPRISE come with the migration. Reference table. */
export const plans: TableOf<Plan> = tableOf<Plan>()(
  pgTable('plans', {
    name: text('name').primaryKey(),
    maxServiceKeys: integer('max_service_keys').notNull(),
    maxManagementKeys: integer('max_management_keys').notNull(),
    maxProjects: integer('max_projects').notNull(),
    maxIntegrations: integer('max_integrations').notNull(),
    maxVerificationsPerMonth: integer('max_verifications_per_month'),
  }),
);

export interface TenantLocator {
  /** Five base62 characters; part of the public id of every key of the tenant. */
  readonly locator: string;
  readonly tenantId: string;
  readonly createdAt: Date;
}

/**
 * Which tenant a locator leads to. Written once, never changed. Reference table: it is what makes the locator unique
 * everywhere, and refers to no tenant table (SCALE-OUT.md, rules 2 and 3).
 */
export const tenantLocators: TableOf<TenantLocator> = tableOf<TenantLocator>()(
  pgTable(
    'tenant_locators',
    { locator: text('locator').primaryKey(), tenantId: text('tenant_id').notNull(), createdAt: instant('created_at').notNull() },
    (table) => [unique('tenant_locators_tenant').on(table.tenantId)],
  ),
);

/** A tenant. `id` is the column `tenant_id`. */
export interface Tenant {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly plan: string;
  readonly status: TenantStatus;
  readonly locator: string;
  readonly contactEmail: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Of the tenant as a whole; set by operators. */
  readonly rateLimits: readonly RateLimit[];
  /** Of each `ownerRef` among the tenant's keys; set by the tenant. */
  readonly ownerRateLimits: readonly RateLimit[];
}

export const tenants: TableOf<Tenant> = tableOf<Tenant>()(
  pgTable(
    'tenants',
    {
      id: text('tenant_id').primaryKey(),
      organizationId: text('organization_id').notNull(),
      name: text('name').notNull(),
      plan: text('plan').notNull(),
      status: text('status', { enum: TENANT_STATUSES }).notNull(),
      locator: text('locator').notNull(),
      contactEmail: text('contact_email').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      rateLimits: jsonb('rate_limits').$type<readonly RateLimit[]>().notNull(),
      ownerRateLimits: jsonb('owner_rate_limits').$type<readonly RateLimit[]>().notNull(),
    },
    () => [oneOf('tenants_status', 'status', TENANT_STATUSES)],
  ),
);

export interface TenantDataKey {
  readonly tenantId: string;
  readonly id: string;
  /** The tenant's data-encryption key, sealed under the key-encryption key `kekId`. */
  readonly wrapped: string;
  readonly kekId: string;
  readonly createdAt: Date;
}

export const tenantDataKeys: TableOf<TenantDataKey> = tableOf<TenantDataKey>()(
  pgTable(
    'tenant_data_keys',
    {
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      wrapped: text('wrapped').notNull(),
      kekId: text('kek_id').notNull(),
      createdAt: instant('created_at').notNull(),
    },
    (table) => [primaryKey({ name: 'tenant_data_keys_pk', columns: [table.tenantId, table.id] })],
  ),
);

export interface TenantCounter {
  readonly tenantId: string;
  readonly counter: Counter;
  readonly value: number;
}

/** What a tenant has of what its plan limits. Rows of their own: taking FOR SHARE on the tenant and then updating it deadlocks. */
export const tenantCounters: TableOf<TenantCounter> = tableOf<TenantCounter>()(
  pgTable(
    'tenant_counters',
    {
      tenantId: text('tenant_id').notNull(),
      counter: text('counter', { enum: COUNTERS }).notNull(),
      value: integer('value').notNull(),
    },
    (table) => [
      primaryKey({ name: 'tenant_counters_pk', columns: [table.tenantId, table.counter] }),
      oneOf('tenant_counters_counter', 'counter', COUNTERS),
    ],
  ),
);

export interface Project {
  readonly tenantId: string;
  readonly id: string;
  readonly name: string;
  readonly status: ProjectStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const projects: TableOf<Project> = tableOf<Project>()(
  pgTable(
    'projects',
    {
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      name: text('name').notNull(),
      status: text('status', { enum: PROJECT_STATUSES }).notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
    },
    (table) => [
      primaryKey({ name: 'projects_pk', columns: [table.tenantId, table.id] }),
      foreignKey({ name: 'projects_tenant', columns: [table.tenantId], foreignColumns: [tenants.id] }),
      oneOf('projects_status', 'status', PROJECT_STATUSES),
    ],
  ),
);

/** A token of an operator (`fdr`) or of a service (`int`). */
export interface AccessToken {
  readonly id: string;
  readonly plane: TokenPlane;
  readonly name: string;
  readonly permissions: string[];
  readonly publicId: string;
  /** HMAC-SHA-256(pepper, token), base64url. */
  readonly digest: string;
  readonly pepperId: string;
  readonly createdBy: Actor;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly revokedBy: Actor | null;
}

/** Reference table: these tokens belong to the installation, not to a tenant. */
export const accessTokens: TableOf<AccessToken> = tableOf<AccessToken>()(
  pgTable(
    'access_tokens',
    {
      id: text('id').primaryKey(),
      plane: text('plane', { enum: TOKEN_PLANES }).notNull(),
      name: text('name').notNull(),
      permissions: text('permissions').array().notNull(),
      publicId: text('public_id').notNull(),
      digest: text('digest').notNull(),
      pepperId: text('pepper_id').notNull(),
      createdBy: jsonb('created_by').$type<Actor>().notNull(),
      createdAt: instant('created_at').notNull(),
      revokedAt: instant('revoked_at'),
      revokedBy: jsonb('revoked_by').$type<Actor>(),
    },
    (table) => [
      unique('access_tokens_public_id').on(table.publicId),
      unique('access_tokens_digest').on(table.digest),
      oneOf('access_tokens_plane', 'plane', TOKEN_PLANES),
    ],
  ),
);

/** By id of a key-encryption key or pepper, a value that only the right file can produce. */
export type CheckValues = Readonly<Record<string, string>>;

/** The one row that says what this database was first started with. `id` is always `installation`. */
export interface Installation {
  readonly id: string;
  readonly kekChecks: CheckValues;
  readonly pepperChecks: CheckValues;
  readonly createdAt: Date;
}

export const installation: TableOf<Installation> = tableOf<Installation>()(
  pgTable('installation', {
    id: text('id').primaryKey(),
    kekChecks: jsonb('kek_checks').$type<CheckValues>().notNull(),
    pepperChecks: jsonb('pepper_checks').$type<CheckValues>().notNull(),
    createdAt: instant('created_at').notNull(),
  }),
);

/** How far a tenant's onboarding has come. `updatedAt` is the time of the last step. */
export interface Onboarding {
  readonly tenantId: string;
  readonly state: OnboardingState;
  readonly updatedAt: Date;
  readonly completedAt: Date | null;
  readonly completedBy: Actor | null;
  /** Why an operator has forced it to COMPLETE; null where it came there by itself. */
  readonly forcedReason: string | null;
}

/**
 * One row per provisioned tenant.
 * INVARIANT: it is read and changed only by writes that hold the tenant's row (share or update) and, in their handlers, the end of
 * the tenant's audit chain; no fact locks it. So all of them go one by one, and none can deadlock.
 */
export const onboarding: TableOf<Onboarding> = tableOf<Onboarding>()(
  pgTable(
    'onboarding',
    {
      tenantId: text('tenant_id').primaryKey(),
      state: text('state', { enum: ONBOARDING_STATES }).notNull(),
      updatedAt: instant('updated_at').notNull(),
      completedAt: instant('completed_at'),
      completedBy: jsonb('completed_by').$type<Actor>(),
      forcedReason: text('forced_reason'),
    },
    () => [oneOf('onboarding_state', 'state', ONBOARDING_STATES)],
  ),
);

export type EvidenceDetail = Readonly<Record<string, unknown>>;

/** Why a step was taken. Append-only: the application's role may not update or delete. */
export interface OnboardingEvidence {
  readonly tenantId: string;
  readonly id: string;
  /** The state that it leads to. */
  readonly step: OnboardingState;
  readonly kind: EvidenceKind;
  /** The id of what it is about: the confirmation, the key, the challenge. */
  readonly subject: string | null;
  readonly detail: EvidenceDetail;
  readonly at: Date;
}

export const onboardingEvidence: TableOf<OnboardingEvidence> = tableOf<OnboardingEvidence>()(
  pgTable(
    'onboarding_evidence',
    {
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      step: text('step', { enum: ONBOARDING_STATES }).notNull(),
      kind: text('kind', { enum: EVIDENCE_KINDS }).notNull(),
      subject: text('subject'),
      detail: jsonb('detail').$type<EvidenceDetail>().notNull(),
      at: instant('at').notNull(),
    },
    (table) => [
      primaryKey({ name: 'onboarding_evidence_pk', columns: [table.tenantId, table.id] }),
      unique('onboarding_evidence_kind_once').on(table.tenantId, table.kind),
      oneOf('onboarding_evidence_step', 'step', ONBOARDING_STATES),
      oneOf('onboarding_evidence_kind', 'kind', EVIDENCE_KINDS),
    ],
  ),
);

/** A token that was sent to a tenant's contact address; it counts once. */
export interface ContactConfirmation {
  readonly tenantId: string;
  readonly id: string;
  readonly address: string;
  /** HMAC-SHA-256(pepper, token), base64url. */
  readonly digest: string;
  readonly pepperId: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly createdAt: Date;
}

export const contactConfirmations: TableOf<ContactConfirmation> = tableOf<ContactConfirmation>()(
  pgTable(
    'contact_confirmations',
    {
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      address: text('address').notNull(),
      digest: text('digest').notNull(),
      pepperId: text('pepper_id').notNull(),
      expiresAt: instant('expires_at').notNull(),
      usedAt: instant('used_at'),
      createdAt: instant('created_at').notNull(),
    },
    (table) => [
      primaryKey({ name: 'contact_confirmations_pk', columns: [table.tenantId, table.id] }),
      unique('contact_confirmations_digest').on(table.tenantId, table.digest),
    ],
  ),
);

/** A nonce that an SDK answers, once, with one of the tenant's service keys. */
export interface AttestationChallenge {
  readonly tenantId: string;
  readonly id: string;
  /** HMAC-SHA-256(pepper, nonce), base64url. */
  readonly digest: string;
  readonly pepperId: string;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  /** The service key that answered it. */
  readonly keyId: string | null;
  readonly createdBy: Actor;
  readonly createdAt: Date;
}

export const attestationChallenges: TableOf<AttestationChallenge> = tableOf<AttestationChallenge>()(
  pgTable(
    'attestation_challenges',
    {
      tenantId: text('tenant_id').notNull(),
      id: text('id').notNull(),
      digest: text('digest').notNull(),
      pepperId: text('pepper_id').notNull(),
      expiresAt: instant('expires_at').notNull(),
      usedAt: instant('used_at'),
      keyId: text('key_id'),
      createdBy: jsonb('created_by').$type<Actor>().notNull(),
      createdAt: instant('created_at').notNull(),
    },
    (table) => [
      primaryKey({ name: 'attestation_challenges_pk', columns: [table.tenantId, table.id] }),
      unique('attestation_challenges_digest').on(table.tenantId, table.digest),
    ],
  ),
);
