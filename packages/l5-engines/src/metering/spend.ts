import { newId } from '../ids.ts';
import type { DecideScope } from '../scope.ts';
import type { Meter, Reading, Taken } from './meter.ts';
import { allowancesOf, limitsOf, unreadableMeter, type LimitMeter, type MeteredKey } from './meters-of.ts';

/** What a verification takes, where the key would be VALID. */
export interface Spending {
  readonly cost: number;
  /** How long a lease of the key is wanted for; null: none. */
  readonly leaseSeconds: number | null;
}

/** What a rate limit says after a verification. */
export interface LimitReading extends Reading {
  readonly name: string;
  readonly scope: Meter['scope'];
  readonly limit: number;
  readonly windowMs: number;
}

/** The verdicts of meters, by precedence. */
export type MeteredVerdict = 'RATE_LIMITED' | 'CREDITS_EXHAUSTED' | 'CONCURRENCY_EXCEEDED' | 'VALID';

export interface Spent {
  readonly code: MeteredVerdict;
  /** Of every limit that was asked. */
  readonly rateLimits: readonly LimitReading[];
  readonly credits: { readonly remaining: number } | null;
  readonly lease: { readonly id: string; readonly expiresAt: Date } | null;
}

/**
 * Takes what a verification costs from all meters of its key, or from none. Local limits are asked first: where one refuses, nobody
 * else is asked. All others are one taking in the store; an outage throws what the taker throws. Whatever keeps the verification from
 * being VALID, local limits get back what they gave.
 */
export const spend = async (scope: Pick<DecideScope, 'meters' | 'localLimits' | 'alarm'>, key: MeteredKey, { cost, leaseSeconds }: Spending): Promise<Spent> => {
  const unreadable = unreadableMeter(key.meters);
  if (unreadable !== null) {
    scope.alarm?.({ tenantId: key.tenantId, id: key.keyId, field: unreadable.field });
    return { code: unreadable.code, rateLimits: [], credits: null, lease: null };
  }
  const limits = limitsOf(key);
  const local = limits.filter(({ isLocal }) => isLocal);
  const locally = scope.localLimits.take(key.tenantId, local.map(({ meter }) => meter), cost);
  if (!locally.isTaken) return { code: 'RATE_LIMITED', rateLimits: shown(local, locally.readings, []), credits: null, lease: null };
  const exact = limits.filter(({ isLocal }) => !isLocal).map(({ meter }) => meter);
  const asked = [...exact, ...allowancesOf(key, leaseSeconds !== null)];
  if (asked.length === 0) return { code: 'VALID', rateLimits: shown(limits, locally.readings, []), credits: null, lease: null };
  const lease = leaseSeconds !== null && asked.some(({ kind }) => kind === 'CONCURRENCY') ? { id: newId('lse'), seconds: leaseSeconds } : null;
  let taken: Taken;
  try {
    taken = await scope.meters.take({ tenantId: key.tenantId, keyId: key.keyId, meters: asked, cost, lease });
  } catch (error) {
    scope.localLimits.giveBack(locally);
    throw error;
  }
  const locals = taken.isTaken ? locally.readings : scope.localLimits.giveBack(locally);
  const credits = taken.readings[asked.findIndex(({ kind }) => kind === 'CREDITS')];
  return {
    code: codeOf(asked, taken),
    rateLimits: shown(limits, locals, taken.readings),
    credits: credits === undefined ? null : { remaining: credits.remaining },
    lease: lease === null || !taken.isTaken ? null : { id: lease.id, expiresAt: new Date(taken.at.getTime() + lease.seconds * 1000) },
  };
};

/** The limits with what was read of each: of the local ones and of the others, each list in the limits' order. */
const shown = (limits: readonly LimitMeter[], local: readonly Reading[], exact: readonly Reading[]): readonly LimitReading[] => {
  let [nextLocal, nextExact] = [0, 0];
  return limits.map(({ meter: { name, scope, limit, windowMs }, isLocal }) => {
    const reading = isLocal ? local[nextLocal++] : exact[nextExact++];
    if (reading === undefined) throw new Error(`nothing was read of the limit ${name}`);
    // A limit that was lowered may have admitted more than it is now.
    return { name, scope, limit, windowMs, allowed: reading.allowed, remaining: Math.max(0, reading.remaining), resetMs: reading.resetMs };
  });
};

const codeOf = (asked: readonly Meter[], { isTaken, readings }: Taken): MeteredVerdict => {
  if (isTaken) return 'VALID';
  const refused = asked.filter((_, at) => readings[at]?.allowed !== true).map(({ kind }) => kind);
  if (refused.some((kind) => kind === 'SLIDING' || kind === 'FIXED')) return 'RATE_LIMITED';
  if (refused.includes('CREDITS')) return 'CREDITS_EXHAUSTED';
  if (refused.includes('CONCURRENCY')) return 'CONCURRENCY_EXCEEDED';
  throw new Error('a taking was refused by none of its meters');
};
