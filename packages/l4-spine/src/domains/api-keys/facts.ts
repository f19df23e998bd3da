import type { Grantor } from '@hoc/l5-engines/api-keys/grant';
import { counterOf, kindOf } from '@hoc/l5-engines/api-keys/kind';
import { isExpired } from '@hoc/l5-engines/api-keys/lifecycle';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { fact } from '../../kernel/fact.ts';
import type { Request } from '../../kernel/request.ts';

/** Locks both counters of live keys, always in this order. Whoever changes keys holds them before any key (LOCK_ORDER). */
const lockLiveKeyCounters = (scope: WriteScope, tenantId: string): readonly Promise<number>[] => [
  scope.counters.lock(tenantId, 'LIVE_SERVICE_KEYS'),
  scope.counters.lock(tenantId, 'LIVE_MANAGEMENT_KEYS'),
];

/** How many live keys the counters hold, for writes that move keys of both kinds. */
export const liveKeyCounts = fact({
  name: 'liveKeyCounts',
  lock: 'update',
  resolve: async (scope: WriteScope, { tenantId }) => {
    const [service, management] = await Promise.all(lockLiveKeyCounters(scope, tenantId));
    return { service: service ?? 0, management: management ?? 0 };
  },
});

/**
 * How many live keys of the new key's kind the tenant has, and what its plan allows. Only where the counter meets the
 * plan is it worth knowing which of them have expired meanwhile: they are settled then, under the same lock, so that
 * the count is exact when it decides.
 */
export const liveKeyCount = fact({
  name: 'liveKeyCount',
  lock: 'update',
  resolve: async (scope: WriteScope, { tenantId, input, now }: Request<{ readonly permissions: readonly string[] }>) => {
    const kind = kindOf(input.permissions);
    const counter = counterOf(kind);
    const { value, cap } = await scope.counters.lockWithCap(tenantId, counter);
    if (value < cap) return { kind, value };
    const expired = await scope.keys.settleExpired(tenantId, kind, now);
    return { kind, value: expired === 0 ? value : await scope.counters.add(tenantId, counter, -expired) };
  },
});

/**
 * The key that the input names, with the key that it was made from by a rotation; null where it names none, or one that
 * this tenant has not. The counters of live keys are locked before it.
 */
export const keyUnderUpdateLock = fact({
  name: 'key',
  lock: 'update',
  resolve: async (scope: WriteScope, { tenantId, input }: Request<{ readonly keyId?: string | undefined }>) => {
    if (input.keyId === undefined) return null;
    const counters = lockLiveKeyCounters(scope, tenantId);
    const [pair] = await Promise.all([scope.keys.lockForUpdate(tenantId, input.keyId), ...counters]);
    return pair;
  },
});

/** The project that the new key is to belong to: as the input names it, or as the key that is rotated has it. */
export const projectOfKey = fact({
  name: 'project',
  lock: 'share',
  resolve: async (scope: WriteScope, { tenantId, input }: Request<{ readonly keyId: string } | { readonly projectId?: string | null | undefined }>) => {
    if ('keyId' in input) return scope.projects.lockForShareOfKey(tenantId, input.keyId);
    const { projectId = null } = input;
    return { projectId, project: projectId === null ? null : await scope.projects.lockForShare(tenantId, projectId) };
  },
});

/**
 * Who grants, as the database has it now: an operator, or the caller's own management key, read again. Null where that
 * key is no longer in use: what the caller could grant when it authenticated counts for nothing.
 */
export const grantor = fact({
  name: 'grantor',
  lock: 'none',
  resolve: async (scope: WriteScope, { principal, tenantId, now }): Promise<Grantor | null> => {
    switch (principal.plane) {
      case 'fdr':
        return 'OPERATOR';
      case 'int':
        return null;
      case 'cus': {
        const key = await scope.keys.grantOf(tenantId, principal.id);
        return key !== null && key.status === 'ACTIVE' && !isExpired(key, now) ? { permissions: key.permissions, grantable: key.grantable } : null;
      }
      default:
        return principal.plane satisfies never;
    }
  },
});

/** How many live keys the tenant has, of both kinds and in overlap too, counted on the rows themselves. */
export const liveKeys = fact({
  name: 'liveKeys',
  lock: 'none',
  resolve: (scope: WriteScope, { tenantId, now }) => scope.keys.countLive(tenantId, now),
});
