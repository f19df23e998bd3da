import type { Meter, Taking } from '../../src/metering/meter.ts';

/** A sliding window of a key unless something else is said. */
export const windowOf = (limit: number, windowMs: number, but: Partial<Meter> = {}): Meter => ({
  kind: 'SLIDING', scope: 'KEY', scopeId: 'key_1', name: 'requests', limit, windowMs, ...but,
});

export const creditsOf = (meterId: string, refill: Meter['refill'] = null): Meter => ({
  kind: 'CREDITS', scope: 'KEY', scopeId: meterId, name: '', limit: 0, windowMs: 0, refill,
});

export const slotsOf = (meterId: string, limit: number): Meter => ({ kind: 'CONCURRENCY', scope: 'KEY', scopeId: meterId, name: '', limit, windowMs: 0 });

export const takingOf = (meters: readonly Meter[], but: Partial<Taking> = {}): Taking => ({ tenantId: 'tnt_1', keyId: 'key_1', meters, cost: 1, lease: null, ...but });
