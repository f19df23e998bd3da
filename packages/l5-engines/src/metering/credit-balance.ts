import type { CreditRefill } from '../stored-meters.ts';

/** What is left of a key's credits, and the UTC day (`YYYY-MM-DD`) in which they were last set or refilled. */
export interface CreditBalance {
  readonly remaining: number;
  readonly period: string;
}

/** The UTC day of an instant, as balances are marked with it. */
export const periodOf = (now: Date): string => now.toISOString().slice(0, 10);

/** What a verification at `now` would find: the first one in a new day or month brings the credits up to the refill's amount. */
export const remainingAt = (balance: CreditBalance | null, refill: CreditRefill | null, now: Date): number => {
  const remaining = balance?.remaining ?? 0;
  if (refill === null || balance === null) return remaining;
  const today = periodOf(now);
  // A day of this month is no less than the month.
  const isDue = balance.period < (refill.interval === 'DAILY' ? today : today.slice(0, 'YYYY-MM'.length));
  return isDue ? Math.max(remaining, refill.amount) : remaining;
};
