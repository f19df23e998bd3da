import type { Json } from './state.ts';

/** The `hoc:` permissions of the cus plane, as a first management key has them. */
export const ALL_OF_CUS: readonly string[] = [
  'hoc:keys.create', 'hoc:keys.read', 'hoc:keys.update', 'hoc:keys.revoke', 'hoc:keys.rotate', 'hoc:keys.freeze',
  'hoc:projects.create', 'hoc:projects.read', 'hoc:projects.archive', 'hoc:tenant.read', 'hoc:audit.read',
  'hoc:onboarding.read', 'hoc:onboarding.write', 'hoc:integrations.read', 'hoc:integrations.write', 'hoc:integrations.credentials',
  'hoc:webhooks.read', 'hoc:webhooks.write', 'hoc:usage.read', 'hoc:limits.write',
];

export const isHoc = (permission: string): boolean => permission.startsWith('hoc:');
export const isManaging = (permissions: readonly string[]): boolean => permissions.some(isHoc);

/** `resource:*` stands for every action on that resource; "a `hoc:` permission needs that very permission". */
export function stands(held: string, wanted: string): boolean {
  if (held === wanted) return true;
  const [resource, action] = held.split(':');
  return action === '*' && resource !== 'hoc' && wanted.split(':')[0] === resource;
}

export const holdsOne = (held: readonly string[], wanted: string): boolean => held.some((one) => stands(one, wanted));

/** Whether a permission query (HTTP-API.md) is true of these permissions. */
export function answers(held: readonly string[], query: Json): boolean {
  if (typeof query === 'string') return holdsOne(held, query);
  if (typeof query !== 'object' || query === null || !('and' in query || 'or' in query || 'not' in query)) throw new Error('no query');
  if ('and' in query) return listOf(query['and']).every((part) => answers(held, part));
  if ('or' in query) return listOf(query['or']).some((part) => answers(held, part));
  return !answers(held, query['not'] ?? null);
}

function listOf(parts: Json | undefined): readonly Json[] {
  if (!Array.isArray(parts)) throw new Error('no list of queries');
  // Array.isArray narrows a readonly array to any[].
  return parts as readonly Json[];
}

/** Who grants, as stored now: an operator, a key, or nobody (a key that is no longer in use). */
export type Grantor = 'operator' | 'nobody' | { readonly permissions: readonly string[]; readonly grantable: readonly string[] | null };

export interface Granted {
  readonly permissions: readonly string[];
  readonly grantable: readonly string[] | null;
}

const within = (patterns: readonly string[] | null, limit: readonly string[] | null): boolean =>
  limit === null || (patterns !== null && patterns.every((pattern) => holdsOne(limit, pattern)));

/** "A `hoc:` permission needs that very permission; any other needs `hoc:keys.create` and to lie within the granting key's `grantable`." */
const mayGive = (grantor: Exclude<Grantor, string>, permission: string): boolean =>
  isHoc(permission)
    ? grantor.permissions.includes(permission)
    : grantor.permissions.includes('hoc:keys.create') && (grantor.grantable === null || holdsOne(grantor.grantable, permission));

/** Whether the grantor may give a key all that it has: when it is made or rotated, or a restriction of it is touched. */
export function mayGrantWhole(grantor: Grantor, { permissions, grantable }: Granted): boolean {
  if (grantor === 'operator') return true;
  if (grantor === 'nobody') return false;
  if (!permissions.every((permission) => mayGive(grantor, permission))) return false;
  // "A key made by a limited one is at least as limited"; service keys grant nothing.
  return !isManaging(permissions) || within(grantable, grantor.grantable);
}

/** Whether the grantor may make this change: only what is added needs granting. */
export function mayGrantChange(grantor: Grantor, before: Granted, after: Granted): boolean {
  if (grantor === 'operator') return true;
  if (grantor === 'nobody') return false;
  const added = after.permissions.filter((permission) => !holdsOne(before.permissions, permission));
  if (!added.every((permission) => mayGive(grantor, permission))) return false;
  const isUsable = isManaging(after.permissions);
  const isWider = isUsable && (added.some(isHoc) || !within(after.grantable, isManaging(before.permissions) ? before.grantable : []));
  return !isWider || within(after.grantable, grantor.grantable);
}
