import { backoffMs } from './backoff.ts';

/** For how long, since it first failed, an event is tried again. */
export const RETRY_FOR_MS = 86_400_000;

/** How long to wait where there was no room to send anything. */
const POSTPONE_MS = 1000;

/** How one attempt to deliver ended. `wasTried` false: nothing was sent, for reasons that say nothing about the receiver. */
export type DeliveryOutcome =
  | { readonly isDelivered: true }
  | { readonly isDelivered: false; readonly wasTried: boolean; readonly reason: string };

/** How an event has fared so far. */
export interface DeliveryHistory {
  /** With the one that has just ended. */
  readonly attempts: number;
  /** When it first failed; null where it has not. */
  readonly failingSince: Date | null;
}

/** What comes next. */
export type DeliveryStep =
  | { readonly step: 'GO_ON' }
  | { readonly step: 'POSTPONE'; readonly at: Date }
  | { readonly step: 'RETRY'; readonly at: Date; readonly failingSince: Date; readonly reason: string }
  | { readonly step: 'BURY'; readonly failingSince: Date; readonly reason: string };

/**
 * Decides what follows an attempt. An event that goes on failing is tried for 24 hours, the last time at their end, and then
 * buried, so that the next one has its turn; until then nothing overtakes it.
 */
export const nextStep = (
  outcome: DeliveryOutcome,
  { attempts, failingSince }: DeliveryHistory,
  { now, random }: { readonly now: Date; readonly random: number },
): DeliveryStep => {
  if (outcome.isDelivered) return { step: 'GO_ON' };
  if (!outcome.wasTried) return { step: 'POSTPONE', at: new Date(now.getTime() + POSTPONE_MS + backoffMs(1, random)) };
  const since = failingSince ?? now;
  const end = since.getTime() + RETRY_FOR_MS;
  if (now.getTime() >= end) return { step: 'BURY', failingSince: since, reason: outcome.reason };
  return { step: 'RETRY', at: new Date(Math.min(now.getTime() + backoffMs(attempts, random), end)), failingSince: since, reason: outcome.reason };
};
