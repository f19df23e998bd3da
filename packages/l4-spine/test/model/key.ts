import { isoOrNull, iso } from './operation.ts';
import { isManaging } from './permissions.ts';
import { asStored, type AskedLimit } from './rate-limit.ts';
import type { Actor, Json, ModelKey, ModelTenant } from './state.ts';

/** A key's token as it is shown. */
export const TOKEN = /^hoc_(live|test)_[0-9A-Za-z]{14}_[0-9A-Za-z]{38}$/;

/** A key with what is left under its meter; nobody tells the registry of uses here, so it was never used. */
export const showKey = ({ id: tenantId, meters }: Pick<ModelTenant, 'id' | 'meters'>, key: ModelKey): { readonly [name: string]: Json } => ({
  id: key.id, tenantId, projectId: key.projectId, kind: key.kind, name: key.name, environment: key.environment, publicId: key.publicId,
  status: key.status, permissions: key.permissions, grantable: key.grantable, allowedResources: key.allowedResources,
  allowedAddresses: key.allowedAddresses, expiresAt: isoOrNull(key.expiresAt), metadata: key.metadata, ownerRef: key.ownerRef,
  createdBy: { ...key.createdBy }, rotatedFrom: key.rotatedFrom,
  revokedAt: isoOrNull(key.revoked?.at ?? null), revokedBy: key.revoked === null ? null : { ...key.revoked.by }, revokedReason: key.revoked?.reason ?? null,
  frozenAt: isoOrNull(key.frozen?.at ?? null), frozenBy: key.frozen === null ? null : { ...key.frozen.by }, frozenReason: key.frozen?.reason ?? null,
  createdAt: iso(key.createdAt), updatedAt: iso(key.updatedAt), version: key.version, rateLimits: key.rateLimits,
  credits: key.hasCredits ? { remaining: meters.credits.get(key.meterId) ?? 0, refill: null } : null, maxConcurrent: key.maxConcurrent,
  lastUsedAt: null, lastAddress: null, verifications: 0,
});

/** What a caller may say of a key; times as ISO 8601. */
export interface Settings {
  readonly name?: string;
  readonly permissions?: readonly string[];
  readonly grantable?: readonly string[] | null;
  readonly allowedResources?: readonly string[];
  readonly allowedAddresses?: readonly string[];
  readonly expiresAt?: string | null;
  readonly metadata?: Json;
  readonly ownerRef?: string | null;
  readonly rateLimits?: readonly AskedLimit[];
  readonly credits?: { readonly remaining: number } | null;
  readonly maxConcurrent?: number | null;
}

export interface CreateInput extends Settings {
  readonly name: string;
  readonly environment: 'live' | 'test';
  readonly permissions: readonly string[];
  readonly projectId?: string | null;
}

/** A time of an input, in milliseconds. */
export const timeOf = (text: string | null | undefined): number | null => (text === null || text === undefined ? null : Date.parse(text));

export const newModelKey = (
  made: Pick<ModelKey, 'id' | 'publicId' | 'token'>,
  input: CreateInput & { readonly grantable: readonly string[] | null },
  { by, now }: { readonly by: Actor; readonly now: number },
): ModelKey => ({
  ...made, projectId: input.projectId ?? null, kind: isManaging(input.permissions) ? 'MANAGEMENT' : 'SERVICE', name: input.name.trim(),
  environment: input.environment, status: 'ACTIVE', permissions: input.permissions, grantable: input.grantable,
  allowedResources: input.allowedResources ?? [], allowedAddresses: input.allowedAddresses ?? [], expiresAt: timeOf(input.expiresAt),
  metadata: input.metadata ?? {}, ownerRef: input.ownerRef?.trim() ?? null, rateLimits: asStored(input.rateLimits ?? []),
  hasCredits: (input.credits ?? null) !== null, maxConcurrent: input.maxConcurrent ?? null, meterId: made.id, createdBy: by, rotatedFrom: null, rotatedTo: null, rotatedAt: null,
  priorExpiresAt: null, isCounted: true, revoked: null, frozen: null, createdAt: now, updatedAt: now, version: 1,
});
