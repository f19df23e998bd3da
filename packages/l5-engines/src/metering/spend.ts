import type { Meter, Reading, Taken } from '@hoc/l6-drivers/metering/meter';
import { newId } from '../ids.ts';
import type { DecideScope } from '../scope.ts';
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
  const locally = scope.localLimits.take(key.tenantId, metersOf(limits, true), cost);
  const asked = locally.isTaken ? [...metersOf(limits, false), ...allowancesOf(key, leaseSeconds !== null)] : NOTHING;
  if (asked.length === 0) return { code: locally.isTaken ? 'VALID' : 'RATE_LIMITED', rateLimits: shown(limits, locally.readings, NOTHING), credits: null, lease: null };
  const lease = asked.some(({ kind }) => kind === 'CONCURRENCY') ? { id: newId('lse'), seconds: leaseSeconds ?? 0 } : null;
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
    code: taken.isTaken ? 'VALID' : refusalOf(asked, taken.readings),
    rateLimits: shown(limits, locals, taken.readings),
    credits: credits === undefined ? null : { remaining: credits.remaining },
    lease: lease === null || !taken.isTaken ? null : { id: lease.id, expiresAt: new Date(taken.at.getTime() + lease.seconds * 1000) },
  };
};

const NOTHING: readonly never[] = [];

const metersOf = (limits: readonly LimitMeter[], local: boolean): readonly Meter[] => limits.filter(({ isLocal }) => isLocal === local).map(({ meter }) => meter);

/** What was read of the limits, in their order; the local readings and the others stand in the limits' order too. Who was not asked is left out. */
const shown = (limits: readonly LimitMeter[], local: readonly Reading[], exact: readonly Reading[]): readonly LimitReading[] => {
  const [locals, exacts] = [local.values(), exact.values()];
  return limits.flatMap(({ meter: { name, scope, limit, windowMs }, isLocal }) => {
    const { value } = (isLocal ? locals : exacts).next();
    // A limit that was lowered may have admitted more than it is now.
    return value === undefined ? NOTHING : { name, scope, limit, windowMs, allowed: value.allowed, remaining: Math.max(0, value.remaining), resetMs: value.resetMs };
  });
};

/** Which of the meters that refused is told. */
const refusalOf = (asked: readonly Meter[], readings: readonly Reading[]): MeteredVerdict => {
  const refused = asked.filter((_, at) => readings[at]?.allowed === false).map(({ kind }) => kind);
  if (refused.some((kind) => kind === 'SLIDING' || kind === 'FIXED')) return 'RATE_LIMITED';
  if (refused.includes('CREDITS')) return 'CREDITS_EXHAUSTED';
  if (refused.includes('CONCURRENCY')) return 'CONCURRENCY_EXCEEDED';
  throw new Error('a taking was refused by none of its meters');
};
