import type { Meter } from '@hoc/l6-drivers/metering/meter';
import type { RateLimit, StoredMeters } from '../stored-meters.ts';

/** Whose verification it is. */
export interface MeteredKey {
  readonly tenantId: string;
  readonly keyId: string;
  readonly ownerRef: string | null;
  readonly meters: StoredMeters;
}

/** One rate limit of a verification, and who counts it. */
export interface LimitMeter {
  readonly meter: Meter;
  readonly isLocal: boolean;
}

/** The rate limits that a verification of the key takes from: its own, its owner's and its tenant's, in this order. */
export const limitsOf = ({ tenantId, ownerRef, meters }: MeteredKey): readonly LimitMeter[] => [
  ...meters.rateLimits.map((limit) => limitMeter('KEY', meters.meterId, limit)),
  ...(ownerRef === null ? [] : meters.ownerRateLimits.map((limit) => limitMeter('OWNER', ownerRef, limit))),
  ...meters.tenantRateLimits.map((limit) => limitMeter('TENANT', tenantId, limit)),
];

/** The key's credits and, where a lease is wanted, its concurrency. */
export const allowancesOf = ({ meters: { meterId, hasCredits, creditRefill, maxConcurrent } }: MeteredKey, wantsLease: boolean): readonly Meter[] => {
  const ofKey = { scope: 'KEY', scopeId: meterId, name: '', windowMs: 0 } as const;
  return [
    ...(hasCredits ? [{ ...ofKey, kind: 'CREDITS', limit: 0, refill: creditRefill } as const] : []),
    ...(wantsLease && maxConcurrent !== null ? [{ ...ofKey, kind: 'CONCURRENCY', limit: maxConcurrent } as const] : []),
  ];
};

/**
 * The first field that nothing can be decided on, with the verdict that it then comes to; `null` where all can be read.
 * INVARIANT: whatever cannot be read denies, and someone should be told.
 */
export const unreadableMeter = (meters: StoredMeters): { readonly field: string; readonly code: 'RATE_LIMITED' | 'CREDITS_EXHAUSTED' } | null => {
  for (const field of ['rateLimits', 'ownerRateLimits', 'tenantRateLimits'] as const) {
    const limits = meters[field];
    if (!Array.isArray(limits) || !limits.every(isReadable)) return { field, code: 'RATE_LIMITED' };
  }
  const { creditRefill: refill } = meters;
  const isRefill = refill === null || (Number.isSafeInteger(refill.amount) && (refill.interval === 'DAILY' || refill.interval === 'MONTHLY'));
  return isRefill ? null : { field: 'creditRefill', code: 'CREDITS_EXHAUSTED' };
};

const isReadable = (stored: unknown): boolean => {
  // Whatever it is, it has these or has not.
  const { name, limit, windowMs, algorithm, mode } = Object(stored) as Partial<Record<keyof RateLimit, unknown>>;
  return typeof name === 'string' && isCount(limit) && isCount(windowMs) && (algorithm === 'SLIDING' || algorithm === 'FIXED') && (mode === 'EXACT' || mode === 'LOCAL');
};

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

const limitMeter = (scope: Meter['scope'], scopeId: string, { name, limit, windowMs, algorithm, mode }: RateLimit): LimitMeter => ({
  meter: { kind: algorithm, scope, scopeId, name, limit, windowMs }, isLocal: mode === 'LOCAL',
});
