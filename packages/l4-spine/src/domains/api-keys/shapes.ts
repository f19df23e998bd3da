import { remainingAt } from '@hoc/l5-engines/metering/credit-balance';
import { z } from 'zod';
import { actorShape } from '../actor.ts';
import { instantOut, isoOrNull } from '../instant.ts';
import { rateLimitShape } from '../rate-limits.ts';
import type { KeyRow } from '../rows.ts';
import { shownOnce } from '../shown-once.ts';
import type { KeyReadings } from './readings.ts';

/** A key as everybody sees it: never its digest, nor under which pepper it was made. */
export const keyShape = z.object({
  id: z.string(), tenantId: z.string(), projectId: z.string().nullable(), kind: z.enum(['SERVICE', 'MANAGEMENT']), name: z.string(),
  environment: z.enum(['live', 'test']), publicId: z.string(), status: z.enum(['ACTIVE', 'FROZEN', 'REVOKED']), permissions: z.array(z.string()),
  grantable: z.array(z.string()).nullable(), allowedResources: z.array(z.string()), allowedAddresses: z.array(z.string()), expiresAt: instantOut.nullable(),
  metadata: z.record(z.string(), z.unknown()), ownerRef: z.string().nullable(), createdBy: actorShape, rotatedFrom: z.string().nullable(),
  revokedAt: instantOut.nullable(), revokedBy: actorShape.nullable(), revokedReason: z.string().nullable(),
  frozenAt: instantOut.nullable(), frozenBy: actorShape.nullable(), frozenReason: z.string().nullable(),
  createdAt: instantOut, updatedAt: instantOut, version: z.int(), rateLimits: z.array(rateLimitShape),
  credits: z.object({ remaining: z.int(), refill: z.object({ amount: z.int(), interval: z.enum(['DAILY', 'MONTHLY']) }).nullable() }).nullable(),
  maxConcurrent: z.int().nullable(), lastUsedAt: instantOut.nullable(), lastAddress: z.string().nullable(), verifications: z.int(),
});

/** A key that was just made. */
export const issuedKeyShape = z.object({ key: keyShape, ...shownOnce });

/** A key that was just made in the place of another, and that other. */
export const rotatedKeyShape = z.object({ key: keyShape, ...shownOnce, previous: keyShape });

export type KeyShape = z.output<typeof keyShape>;

/** A key with what stands beside its row, as it is at `now`. */
export const showKey = (key: KeyRow, { creditsOf, activityOf }: KeyReadings, now: Date): KeyShape => {
  const activity = activityOf(key.id);
  return {
    id: key.id, tenantId: key.tenantId, projectId: key.projectId, kind: key.kind, name: key.name,
    environment: key.environment, publicId: key.publicId, status: key.status, permissions: [...key.permissions],
    grantable: key.grantable === null ? null : [...key.grantable], allowedResources: [...key.allowedResources], allowedAddresses: [...key.allowedAddresses],
    expiresAt: isoOrNull(key.expiresAt), metadata: { ...key.metadata }, ownerRef: key.ownerRef, createdBy: key.createdBy, rotatedFrom: key.rotatedFrom,
    revokedAt: isoOrNull(key.revokedAt), revokedBy: key.revokedBy, revokedReason: key.revokedReason,
    frozenAt: isoOrNull(key.frozenAt), frozenBy: key.frozenBy, frozenReason: key.frozenReason,
    createdAt: key.createdAt.toISOString(), updatedAt: key.updatedAt.toISOString(), version: key.version, rateLimits: key.rateLimits.map((limit) => ({ ...limit })),
    credits: key.hasCredits ? { remaining: remainingAt(creditsOf(key.meterId), key.creditRefill, now), refill: key.creditRefill } : null,
    maxConcurrent: key.maxConcurrent, lastUsedAt: isoOrNull(activity?.lastUsedAt ?? null), lastAddress: activity?.lastAddress ?? null,
    verifications: activity?.verifications ?? 0,
  };
};
