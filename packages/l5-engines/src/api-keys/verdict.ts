import { isInRanges } from '../address.ts';
import { readPermissions } from '../permission.ts';
import type { KeyTruth } from './key.ts';
import { isExpired } from './lifecycle.ts';
import { satisfies, type PermissionQuery } from './permission-query.ts';

/**
 * All verdicts, by precedence: of several that apply, the first is given.
 * @see ARCHITECTURE.md, Keys and verification
 */
export const VERDICTS = [
  'MALFORMED',
  'NOT_FOUND',
  'REVOKED',
  'EXPIRED',
  'FROZEN',
  'TENANT_NOT_ACTIVE',
  'PROJECT_NOT_ACTIVE',
  'FORBIDDEN_ADDRESS',
  'FORBIDDEN_RESOURCE',
  'INSUFFICIENT_PERMISSIONS',
  'RATE_LIMITED',
  'CREDITS_EXHAUSTED',
  'CONCURRENCY_EXCEEDED',
  'VALID',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The verdicts that follow from what is stored of a key that exists, before any meter is asked. */
export type StoredVerdict = Exclude<Verdict, 'MALFORMED' | 'NOT_FOUND' | 'RATE_LIMITED' | 'CREDITS_EXHAUSTED' | 'CONCURRENCY_EXCEEDED'>;

/** What the caller wants to know of the key, besides whether it is good at all. */
export interface VerdictQuestion {
  readonly permissions?: PermissionQuery | undefined;
  readonly resource?: string | undefined;
  /** The address of the client that presented the key. */
  readonly address?: string | undefined;
}

/**
 * The verdict on a key that exists: a pure function of the key, its tenant, its project, the question and the clock.
 * INVARIANT: whatever cannot be read denies. Each state is named here as one that passes, none as one that fails.
 */
export const verdict = ({ key, tenantStatus, projectStatus }: KeyTruth, question: VerdictQuestion, now: Date): StoredVerdict => {
  if (key.status !== 'ACTIVE' && key.status !== 'FROZEN') return 'REVOKED';
  if (isExpired(key, now)) return 'EXPIRED';
  if (key.status !== 'ACTIVE') return 'FROZEN';
  if (tenantStatus !== 'ACTIVE') return 'TENANT_NOT_ACTIVE';
  if (key.projectId !== null && projectStatus !== 'ACTIVE') return 'PROJECT_NOT_ACTIVE';
  if (!allowsAddress(key.allowedAddresses, question.address)) return 'FORBIDDEN_ADDRESS';
  if (!allowsResource(key.allowedResources, question.resource)) return 'FORBIDDEN_RESOURCE';
  return allowsQuery(key.permissions, question.permissions) ? 'VALID' : 'INSUFFICIENT_PERMISSIONS';
};

/** The first field of a stored key that no verdict can be built on, or `null`. Someone should be told. */
export const unreadableField = ({ key }: KeyTruth): string | null => {
  if (readPermissions(key.permissions) === null) return 'permissions';
  if (!Array.isArray(key.allowedAddresses)) return 'allowedAddresses';
  return Array.isArray(key.allowedResources) ? null : 'allowedResources';
};

/** An empty list allows all; a filled one refuses whoever names no address. A range that cannot be read contains nothing. */
const allowsAddress = (allowed: readonly string[], address: string | undefined): boolean => {
  if (!Array.isArray(allowed)) return false;
  return allowed.length === 0 || (address !== undefined && isInRanges(allowed, address));
};

const allowsResource = (allowed: readonly string[], resource: string | undefined): boolean => {
  if (!Array.isArray(allowed)) return false;
  return allowed.length === 0 || (resource !== undefined && allowed.includes(resource));
};

/** Unreadable permissions fail every question, also the one that asks nothing, and also a `not`. */
const allowsQuery = (stored: readonly string[], query: PermissionQuery | undefined): boolean => {
  const permissions = readPermissions(stored);
  return permissions !== null && (query === undefined || satisfies(permissions, query));
};
