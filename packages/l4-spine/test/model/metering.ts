import type { Json, ModelKey, ModelRateLimit, ModelTenant } from './state.ts';

/** What a verification takes, where the key would be VALID. */
export interface Demand {
  readonly cost: number;
  readonly wantsLease: boolean;
}

interface Limit extends ModelRateLimit {
  readonly scope: 'KEY' | 'OWNER' | 'TENANT';
  readonly window: { readonly isLocal: boolean; taken: number };
}

/** What the meters say, and what of it is told. */
export interface Metered {
  readonly code: string;
  readonly told: { readonly [part: string]: Json };
}

/**
 * "Every verification of a key takes from the key's, its owner's and its tenant's limits", from its credits and, where it asks, of
 * its leases: all of it or nothing. "Local limits first"; where one refuses, nothing else is asked, and so told.
 */
export function meter(tenant: ModelTenant, key: ModelKey, { cost, wantsLease }: Demand): Metered {
  const limits = limitsOf(tenant, key);
  const locals = limits.filter(({ mode }) => mode === 'LOCAL');
  if (!locals.every((limit) => hasRoom(limit, cost))) return { code: 'RATE_LIMITED', told: toldOf(locals, cost) };
  const { credits, leases } = tenant.meters;
  const left = credits.get(key.meterId) ?? 0;
  const held = leases.get(key.meterId) ?? 0;
  const isLeased = wantsLease && key.maxConcurrent !== null;
  const refusals: readonly (readonly [string, boolean])[] = [
    ['RATE_LIMITED', !limits.every((limit) => hasRoom(limit, cost))],
    ['CREDITS_EXHAUSTED', key.hasCredits && left < cost],
    ['CONCURRENCY_EXCEEDED', isLeased && held >= (key.maxConcurrent ?? 0)],
  ];
  const code = refusals.find(([, applies]) => applies)?.[0] ?? 'VALID';
  const readings = toldOf(limits, cost);
  if (code !== 'VALID') return { code, told: { ...readings, ...(key.hasCredits ? { credits: { remaining: left } } : {}) } };
  for (const { window } of limits) window.taken += cost;
  if (key.hasCredits) credits.set(key.meterId, left - cost);
  if (isLeased) leases.set(key.meterId, held + 1);
  return { code, told: { ...takenFrom(readings, cost), ...(key.hasCredits ? { credits: { remaining: left - cost } } : {}), ...(isLeased ? { lease: true } : {}) } };
}

const hasRoom = ({ limit, window }: Limit, cost: number): boolean => window.taken + cost <= limit;

function limitsOf(tenant: ModelTenant, key: ModelKey): readonly Limit[] {
  const of = (scope: Limit['scope'], id: string, limits: readonly ModelRateLimit[]): readonly Limit[] =>
    limits.map((limit) => ({ ...limit, scope, window: windowOf(tenant, [scope, limit.algorithm, limit.windowMs, limit.name, id].join(':'), limit.mode === 'LOCAL') }));
  return [
    ...of('KEY', key.meterId, key.rateLimits), ...(key.ownerRef === null ? [] : of('OWNER', key.ownerRef, tenant.ownerRateLimits)), ...of('TENANT', tenant.id, tenant.rateLimits),
  ];
}

/** A limit that is counted locally, and exactly at another time, is counted twice: neither knows of the other. */
function windowOf({ meters: { windows } }: ModelTenant, name: string, isLocal: boolean): Limit['window'] {
  const key = `${isLocal ? 'LOCAL' : 'EXACT'}|${name}`;
  const window = windows.get(key) ?? { isLocal, taken: 0 };
  windows.set(key, window);
  return window;
}

type Readings = { readonly rateLimits?: readonly { readonly remaining: number; readonly [field: string]: Json }[] };

const toldOf = (limits: readonly Limit[], cost: number): Readings =>
  limits.length === 0
    ? {}
    : {
        rateLimits: limits.map((one) => ({
          name: one.name, scope: one.scope, limit: one.limit, windowMs: one.windowMs, remaining: Math.max(0, one.limit - one.window.taken), allowed: hasRoom(one, cost),
        })),
      };

const takenFrom = ({ rateLimits }: Readings, cost: number): Readings =>
  rateLimits === undefined ? {} : { rateLimits: rateLimits.map((reading) => ({ ...reading, remaining: reading.remaining - cost })) };
