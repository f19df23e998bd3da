import type { Actor } from '@hoc/l7-models/actor';
import { apiKeys, type ApiKey } from '@hoc/l7-models/api-keys.tables';
import type { Environment, KeyKind, KeyStatus } from '@hoc/l7-models/enums';
import { columns, insertInto } from '../database/columns.ts';
import type { After } from '../database/page.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const SELECT = `select ${columns(apiKeys)} from api_keys where tenant_id = $1`;
const GET: Statement = { name: 'api_keys.get', text: `${SELECT} and id = $2` };
const GRANT: Statement = {
  name: 'api_keys.grant',
  text: `select status, expires_at as "expiresAt", permissions, grantable from api_keys where tenant_id = $1 and id = $2`,
};
const LIST: Statement = {
  name: 'api_keys.list',
  text: `${SELECT} and ($2::text is null or status = $2) and ($3::text is null or project_id = $3)
      and ($4::text is null or environment = $4) and ($5::text is null or owner_ref = $5)
      and ($6::text is null or starts_with(name, $6)) and ($7::timestamptz is null or (created_at, id) < ($7, $8))
    order by created_at desc, id desc limit $9`,
};
const FIRST_MANAGEMENT: Statement = {
  name: 'api_keys.first_management',
  text: `${SELECT} and kind = 'MANAGEMENT' order by created_at, id limit 1`,
};
const COUNT_LIVE: Statement = {
  name: 'api_keys.count_live',
  text: `select count(*)::int as "count" from api_keys
    where tenant_id = $1 and status <> 'REVOKED' and (expires_at is null or expires_at > $2)`,
};
const COUNT_BY_KIND: Statement = {
  name: 'api_keys.count_by_kind',
  text: `select (count(*) filter (where kind = 'SERVICE'))::int as "service", (count(*) filter (where kind = 'MANAGEMENT'))::int as "management"
    from api_keys where tenant_id = $1 and counted and (expires_at is null or expires_at > $2)`,
};
const LIST_LIVE_SERVICE: Statement = {
  name: 'api_keys.list_live_service',
  text: `select id, project_id as "projectId", permissions, expires_at as "expiresAt" from api_keys
    where tenant_id = $1 and kind = 'SERVICE' and status = 'ACTIVE' and (expires_at is null or expires_at > $2) order by id`,
};

/** The part of a key that says what it may do and pass on. */
export type KeyGrant = Pick<ApiKey, 'status' | 'expiresAt' | 'permissions' | 'grantable'>;

export interface ApiKeyFilter {
  readonly status?: KeyStatus | undefined;
  readonly projectId?: string | undefined;
  readonly environment?: Environment | undefined;
  readonly ownerRef?: string | undefined;
  readonly namePrefix?: string | undefined;
  readonly limit: number;
  readonly after?: After | undefined;
}

export class ApiKeyReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async get(tenantId: string, id: string): Promise<ApiKey | null> {
    const [row] = await this.#sql.run<ApiKey>(GET, [tenantId, id]);
    return row ?? null;
  }

  /** What a key may do and pass on, for the writes that it makes itself; every governed write of a tenant asks. */
  async grantOf(tenantId: string, id: string): Promise<KeyGrant | null> {
    const [row] = await this.#sql.run<KeyGrant>(GRANT, [tenantId, id]);
    return row ?? null;
  }

  /** The newest first. `status` is the stored one: an expired key is still ACTIVE or FROZEN. */
  list(tenantId: string, { status, projectId, environment, ownerRef, namePrefix, limit, after }: ApiKeyFilter): Promise<ApiKey[]> {
    return this.#sql.run<ApiKey>(LIST, [
      tenantId, status ?? null, projectId ?? null, environment ?? null, ownerRef ?? null, namePrefix ?? null,
      after?.createdAt ?? null, after?.id ?? null, limit,
    ]);
  }

  /** The management key that provisioning made, whatever became of it. */
  async firstManagementKey(tenantId: string): Promise<ApiKey | null> {
    const [row] = await this.#sql.run<ApiKey>(FIRST_MANAGEMENT, [tenantId]);
    return row ?? null;
  }

  /** The ACTIVE service keys that have not expired by `now`; the plan caps them, but for those in the overlap of a rotation. */
  listLiveService(tenantId: string, now: Date): Promise<LiveServiceKey[]> {
    return this.#sql.run<LiveServiceKey>(LIST_LIVE_SERVICE, [tenantId, now]);
  }

  /** How many keys of either kind are live at `now`, those in the overlap of a rotation included. */
  async countLive(tenantId: string, now: Date): Promise<number> {
    const [row] = await this.#sql.run<{ count: number }>(COUNT_LIVE, [tenantId, now]);
    return row?.count ?? 0;
  }

  /** How many keys of each kind count towards the tenant's plan at `now`: what its counters would say once all expired keys were settled. */
  async countTowardsPlan(tenantId: string, now: Date): Promise<{ readonly service: number; readonly management: number }> {
    const [row] = await this.#sql.run<{ service: number; management: number }>(COUNT_BY_KIND, [tenantId, now]);
    return row ?? { service: 0, management: 0 };
  }
}

const LOCK_PAIR: Statement = {
  name: 'api_keys.lock_pair',
  text: `${SELECT} and id in ($2, (select rotated_from from api_keys where tenant_id = $1 and id = $2)) order by id for update`,
};
const LOCK_FOR_SHARE: Statement = { name: 'api_keys.lock_for_share', text: `${GET.text} for share` };
/** All of them, not one: a row that another transaction has changed meanwhile drops out of the answer, and must not be the only one. */
const LOCK_LIVE_SERVICE: Statement = {
  name: 'api_keys.lock_live_service_for_share',
  text: `${LIST_LIVE_SERVICE.text} for share`,
};
const INSERT: Statement = { name: 'api_keys.insert', text: insertInto(apiKeys) };
const SAVE: Statement = {
  name: 'api_keys.save',
  text: `update api_keys set name = $4, status = $5, permissions = $6, grantable = $7, allowed_resources = $8, allowed_addresses = $9,
      expires_at = $10, metadata = $11, owner_ref = $12, rotated_to = $13, rotated_at = $14, prior_expires_at = $15, counted = $16,
      revoked_at = $17, revoked_by = $18, revoked_reason = $19, frozen_at = $20, frozen_by = $21, frozen_reason = $22,
      updated_at = $23, version = $24, rate_limits = $25, has_credits = $26, credit_refill = $27, max_concurrent = $28
    where tenant_id = $1 and id = $2 and version = $3 returning ${columns(apiKeys)}`,
};
const SETTLE_EXPIRED: Statement = {
  name: 'api_keys.settle_expired',
  text: `with settled as (
      update api_keys set counted = false where tenant_id = $1 and kind = $2 and counted and expires_at <= $3 returning id
    ) select count(*)::int as "count" from settled`,
};
const REVOKE_ALL_LIVE: Statement = {
  name: 'api_keys.revoke_all_live',
  text: `with revoked as (
      update api_keys set status = 'REVOKED', counted = false, revoked_at = $4, revoked_by = $2, revoked_reason = $3,
        updated_at = $4, version = version + 1
      where tenant_id = $1 and status <> 'REVOKED' and (expires_at is null or expires_at > $4) returning id
    ) select count(*)::int as "count" from revoked`,
};

/** A key under lock, and the key that it was rotated from, if any, under lock as well. */
export interface RotationPair {
  readonly key: ApiKey;
  readonly other: ApiKey | null;
}

/** A service key that is ACTIVE and has not expired. */
export type LiveServiceKey = Pick<ApiKey, 'id' | 'projectId' | 'permissions' | 'expiresAt'>;

export class ApiKeyWriter extends ApiKeyReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** The key and the one it was rotated from, locked in the order of their ids; only this transaction may change them until its end. */
  async lockForUpdate(tenantId: string, id: string): Promise<RotationPair | null> {
    const rows = await this.#sql.run<ApiKey>(LOCK_PAIR, [tenantId, id]);
    const key = rows.find((row) => row.id === id);
    return key === undefined ? null : { key, other: rows.find((row) => row.id !== id) ?? null };
  }

  /** The key, which stays as it is until the end of the transaction. Others may hold the same lock. */
  async lockForShare(tenantId: string, id: string): Promise<ApiKey | null> {
    const [row] = await this.#sql.run<ApiKey>(LOCK_FOR_SHARE, [tenantId, id]);
    return row ?? null;
  }

  /** The ACTIVE service keys that have not expired by `now`, which stay ACTIVE until the end of the transaction. Others may hold the same locks. */
  lockLiveServiceForShare(tenantId: string, now: Date): Promise<LiveServiceKey[]> {
    return this.#sql.run<LiveServiceKey>(LOCK_LIVE_SERVICE, [tenantId, now]);
  }

  async insert(key: ApiKey): Promise<void> {
    await this.#sql.run(INSERT, [
      key.tenantId, key.id, key.projectId, key.kind, key.name, key.environment, key.publicId, key.digest, key.pepperId,
      key.status, key.permissions, key.grantable, key.allowedResources, key.allowedAddresses, key.expiresAt, json(key.metadata),
      key.ownerRef, json(key.createdBy), key.rotatedFrom, key.rotatedTo, key.rotatedAt, key.priorExpiresAt, key.counted,
      key.revokedAt, json(key.revokedBy), key.revokedReason, key.frozenAt, json(key.frozenBy), key.frozenReason,
      key.createdAt, key.updatedAt, key.version, json(key.rateLimits), key.hasCredits, json(key.creditRefill), key.maxConcurrent, key.meterId,
    ]);
  }

  /** Writes everything of a key that may change (what its meters are kept under may not); null, and nothing written, where the stored version is not `expectedVersion`. */
  async save(next: ApiKey, expectedVersion: number): Promise<ApiKey | null> {
    const [row] = await this.#sql.run<ApiKey>(SAVE, [
      next.tenantId, next.id, expectedVersion, next.name, next.status, next.permissions, next.grantable, next.allowedResources,
      next.allowedAddresses, next.expiresAt, json(next.metadata), next.ownerRef, next.rotatedTo, next.rotatedAt, next.priorExpiresAt,
      next.counted, next.revokedAt, json(next.revokedBy), next.revokedReason, next.frozenAt, json(next.frozenBy), next.frozenReason,
      next.updatedAt, next.version, json(next.rateLimits), next.hasCredits, json(next.creditRefill), next.maxConcurrent,
    ]);
    return row ?? null;
  }

  /**
   * Takes the keys of one kind that have expired by `now` out of the count; how many there were. Under the lock of the tenant's
   * counter, which the caller then moves. The keys' versions stay: whether a key counts is no part of what clients see.
   */
  async settleExpired(tenantId: string, kind: KeyKind, now: Date): Promise<number> {
    const [row] = await this.#sql.run<{ count: number }>(SETTLE_EXPIRED, [tenantId, kind, now]);
    return row?.count ?? 0;
  }

  /** Revokes every key that is live at `at`, of either kind; how many there were. The caller sets the counters. */
  async revokeAllLive(tenantId: string, by: Actor, reason: string, at: Date): Promise<number> {
    const [row] = await this.#sql.run<{ count: number }>(REVOKE_ALL_LIVE, [tenantId, json(by), reason, at]);
    return row?.count ?? 0;
  }
}
