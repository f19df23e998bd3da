import { isManagementPermission } from '../permission.ts';
import { isCovered } from './permission.ts';

/** Who grants: an operator, or a management key as it is stored now. */
export type Grantor =
  | 'OPERATOR'
  | {
      readonly permissions: readonly string[];
      /** What it may grant besides `hoc:` permissions; null is no limit. */
      readonly grantable: readonly string[] | null;
    };

/** What a key holds and can pass on, as {@link grantOf} and {@link grantedBy} find it. */
export interface Grant {
  readonly permissions: readonly string[];
  /** Patterns that the key may grant in its turn; null is no limit, and an empty list is what a service key has. */
  readonly grantable: readonly string[] | null;
}

/** All that a key is given when it is made, by `create` and by `rotate`. */
export const grantOf = (key: Grant): Grant => ({
  permissions: key.permissions,
  grantable: key.permissions.some(isManagementPermission) ? key.grantable : [],
});

/**
 * What an update gives: permissions that the key did not have, and the grants that came with them. What stays or shrinks gives
 * nothing, so a limited key may rename a wider one; but it may not put a `hoc:` permission on it.
 */
export const grantedBy = (before: Grant, after: Grant): Grant => {
  const permissions = after.permissions.filter((permission) => !isCovered(before.permissions, permission));
  const grantsMore = permissions.some(isManagementPermission) || !isWithin(grantOf(after).grantable, grantOf(before).grantable);
  return { permissions, grantable: grantsMore ? grantOf(after).grantable : [] };
};

/**
 * Whether the grantor may grant all of this; if not, why. Operators grant anything. A key grants a `hoc:` permission
 * that it holds itself, and any other within its own `grantable` when it holds `hoc:keys.create`. A management key made by
 * a limited one is at least as limited.
 * @see DOMAIN.md, API keys; BI-APIKEY-003
 */
export const mayGrant = (grantor: Grantor, grant: Grant): true | string => {
  if (grantor === 'OPERATOR') return true;
  const refused = grant.permissions.filter((permission) => !mayGrantOne(grantor, permission));
  if (refused.length > 0) return `it may not grant ${quoted(refused)}`;
  if (grantor.grantable === null) return true;
  if (grant.grantable === null) return 'its own grants are limited, so those of the key must be limited too';
  const limit = grantor.grantable;
  const wider = grant.grantable.filter((pattern) => !isCovered(limit, pattern));
  return wider.length === 0 || `it may not make ${quoted(wider)} grantable`;
};

/** What the new key may grant: as asked, and where nothing was asked, what the grantor may. Null for service keys, which grant nothing. */
export const grantableOf = (grantor: Grantor, asked: readonly string[] | null | undefined, permissions: readonly string[]): readonly string[] | null => {
  if (asked !== undefined) return asked;
  return grantor === 'OPERATOR' || !permissions.some(isManagementPermission) ? null : grantor.grantable;
};

const mayGrantOne = (grantor: Exclude<Grantor, 'OPERATOR'>, permission: string): boolean => {
  if (isManagementPermission(permission)) return grantor.permissions.includes(permission);
  return grantor.permissions.includes('hoc:keys.create') && (grantor.grantable === null || isCovered(grantor.grantable, permission));
};

const isWithin = (patterns: readonly string[] | null, limit: readonly string[] | null): boolean => {
  if (limit === null) return true;
  return patterns !== null && patterns.every((pattern) => isCovered(limit, pattern));
};

const quoted = (permissions: readonly string[]): string => permissions.map((permission) => `"${permission}"`).join(', ');
