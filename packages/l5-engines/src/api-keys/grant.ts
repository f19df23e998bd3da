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

/** All that a key is given when it is made, by `create` and by `rotate`. */
export interface WholeGrant {
  readonly permissions: readonly string[];
  /** Patterns that the key may grant in its turn; null is no limit. Of no account on a service key, which grants nothing. */
  readonly grantable: readonly string[] | null;
}

/** What a change adds to a key. */
export interface AddedGrant {
  readonly permissions: readonly string[];
  /** What the key may grant from now on, if that became more; empty if it did not. */
  readonly newlyGrantable: readonly string[] | null;
}

export type Grant = WholeGrant | AddedGrant;

/**
 * Whether the grantor may grant all of this; if not, why. Operators grant anything. A key grants a `hoc:` permission
 * that it holds itself, and any other within its own `grantable` when it holds `hoc:keys.create`. A management key made by
 * a limited one is at least as limited.
 * @see DOMAIN.md, API keys; BI-APIKEY-003
 */
export const mayGrant = (grantor: Grantor, grant: Grant): true | string => {
  if (grantor === 'OPERATOR') return true;
  const refused = grant.permissions.filter((permission) => !mayGrantOne(grantor, permission));
  if (refused.length > 0) return `the granting key may not grant ${quoted(refused)}`;
  const passedOn = 'newlyGrantable' in grant ? grant.newlyGrantable : passedOnBy(grant);
  if (isWithin(passedOn, grantor.grantable)) return true;
  if (passedOn === null) return "the granting key's own grants are limited, so those of the key must be limited too";
  return `the granting key may not make ${quoted(passedOn.filter((pattern) => !isWithin([pattern], grantor.grantable)))} grantable`;
};

/**
 * What an update adds: permissions that the key did not have, and the grants that came with them. What stays or shrinks
 * adds nothing, so a limited key may rename a wider one; but it may not put a `hoc:` permission on it.
 */
export const grantedBy = (before: WholeGrant, after: WholeGrant): AddedGrant => {
  const permissions = after.permissions.filter((permission) => !isCovered(before.permissions, permission));
  const grantsMore = permissions.some(isManagementPermission) || !isWithin(passedOnBy(after), passedOnBy(before));
  return { permissions, newlyGrantable: grantsMore ? passedOnBy(after) : [] };
};

/** What the new key may grant: as asked, and where nothing was asked, what the grantor may. Null for service keys, which grant nothing. */
export const grantableOf = (grantor: Grantor, asked: readonly string[] | null | undefined, permissions: readonly string[]): string[] | null => {
  const inherited = grantor === 'OPERATOR' || !permissions.some(isManagementPermission) ? null : grantor.grantable;
  const patterns = asked === undefined ? inherited : asked;
  return patterns === null ? null : [...patterns];
};

const mayGrantOne = (grantor: Exclude<Grantor, 'OPERATOR'>, permission: string): boolean => {
  if (isManagementPermission(permission)) return grantor.permissions.includes(permission);
  return grantor.permissions.includes('hoc:keys.create') && (grantor.grantable === null || isCovered(grantor.grantable, permission));
};

const passedOnBy = ({ permissions, grantable }: WholeGrant): readonly string[] | null => (permissions.some(isManagementPermission) ? grantable : []);

const isWithin = (patterns: readonly string[] | null, limit: readonly string[] | null): boolean => {
  if (limit === null) return true;
  return patterns !== null && patterns.every((pattern) => isCovered(limit, pattern));
};

const quoted = (permissions: readonly string[]): string => permissions.map((permission) => `"${permission}"`).join(', ');
