import { expect, test } from 'vitest';
import type { RateLimit, StoredMeters } from '../stored-meters.ts';
import { allowancesOf, limitsOf, type MeteredKey } from './meters-of.ts';

const limit = (name: string, but: Partial<RateLimit> = {}): RateLimit => ({
  name, limit: 10, windowMs: 1000, algorithm: 'SLIDING', mode: 'EXACT', ...but,
});

const metered = (meters: Partial<StoredMeters> = {}, ownerRef: string | null = 'user-7'): MeteredKey => ({
  tenantId: 'tnt_1', keyId: 'key_2', ownerRef,
  meters: { meterId: 'key_1', rateLimits: [], ownerRateLimits: [], tenantRateLimits: [], hasCredits: false, creditRefill: null, maxConcurrent: null, ...meters },
});

test('a verification takes from the limits of the key, of its owner and of its tenant', () => {
  const key = metered({ rateLimits: [limit('a'), limit('b', { algorithm: 'FIXED', mode: 'LOCAL' })], ownerRateLimits: [limit('a')], tenantRateLimits: [limit('a', { windowMs: 60_000 })] });
  expect(limitsOf(key)).toEqual([
    { isLocal: false, meter: { kind: 'SLIDING', scope: 'KEY', scopeId: 'key_1', name: 'a', limit: 10, windowMs: 1000 } },
    { isLocal: true, meter: { kind: 'FIXED', scope: 'KEY', scopeId: 'key_1', name: 'b', limit: 10, windowMs: 1000 } },
    { isLocal: false, meter: { kind: 'SLIDING', scope: 'OWNER', scopeId: 'user-7', name: 'a', limit: 10, windowMs: 1000 } },
    { isLocal: false, meter: { kind: 'SLIDING', scope: 'TENANT', scopeId: 'tnt_1', name: 'a', limit: 10, windowMs: 60_000 } },
  ]);
});

test('a key without an owner has no owner’s limits', () => {
  expect(limitsOf(metered({ ownerRateLimits: [limit('a')] }, null))).toEqual([]);
});

test('credits are the key’s, and concurrency only where a lease is wanted', () => {
  const refill = { amount: 5, interval: 'DAILY' } as const;
  const key = metered({ hasCredits: true, creditRefill: refill, maxConcurrent: 3 });
  const credits = { kind: 'CREDITS', scope: 'KEY', scopeId: 'key_1', name: '', limit: 0, windowMs: 0, refill };
  expect(allowancesOf(key, false)).toEqual([credits]);
  expect(allowancesOf(key, true)).toEqual([credits, { kind: 'CONCURRENCY', scope: 'KEY', scopeId: 'key_1', name: '', limit: 3, windowMs: 0 }]);
  expect(allowancesOf(metered(), true)).toEqual([]);
});
