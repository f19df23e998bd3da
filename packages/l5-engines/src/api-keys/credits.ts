import type { ApiKey } from './key.ts';

/** The credits that a key is given, as a whole: how many are left, and how they are refilled. */
export interface CreditSettings {
  readonly remaining: number;
  readonly refill: ApiKey['creditRefill'];
}

/** What a key's row keeps of its credits. How many are left is a row of its own, which verifications change. */
export const creditFields = (credits: CreditSettings | null): Pick<ApiKey, 'hasCredits' | 'creditRefill'> => ({
  hasCredits: credits !== null, creditRefill: credits?.refill ?? null,
});
