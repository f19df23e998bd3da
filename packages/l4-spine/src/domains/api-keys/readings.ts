import type { CreditBalance } from '@hoc/l5-engines/metering/credit-balance';
import type { ReadScope } from '@hoc/l5-engines/scope';
import type { KeyRow } from '../rows.ts';

type Activity = Awaited<ReturnType<ReadScope['usage']['activityOf']>>[number];

/** What verifications change of keys, and so stands in rows of its own. */
export interface KeyReadings {
  /** What is left of the credits under a meter; null where none were ever set. */
  creditsOf(meterId: string): CreditBalance | null;
  /** How a key was last used; null where it never was. */
  activityOf(keyId: string): Activity | null;
}

/** The readings of some keys of a tenant. */
export async function readingsOf(scope: Pick<ReadScope, 'credits' | 'usage'>, tenantId: string, keys: readonly KeyRow[]): Promise<KeyReadings> {
  const meterIds = keys.filter(({ hasCredits }) => hasCredits).map(({ meterId }) => meterId);
  const [balances, activities] = await Promise.all([
    meterIds.length === 0 ? [] : scope.credits.find(tenantId, [...new Set(meterIds)]),
    keys.length === 0 ? [] : scope.usage.activityOf(tenantId, keys.map(({ id }) => id)),
  ]);
  const byMeter = new Map(balances.map((balance) => [balance.meterId, balance]));
  const byKey = new Map(activities.map((activity) => [activity.keyId, activity]));
  return { creditsOf: (meterId) => byMeter.get(meterId) ?? null, activityOf: (keyId) => byKey.get(keyId) ?? null };
}

/** The readings of a key whose credits were just set; what is told of its use is told by `others`. */
export const withCredits = (others: KeyReadings, balance: CreditBalance): KeyReadings => ({ ...others, creditsOf: () => balance });

/** The readings of a key that nobody has used. */
export const UNUSED: KeyReadings = { creditsOf: () => null, activityOf: () => null };
