import { backoffMs, longestBackoffMs } from './backoff.ts';

/** For how long an event is tried: since it was told, or since its endpoint began to fail, whichever was later. */
export const RETRY_FOR_MS = 86_400_000;

/** How long to wait where there was no room to send anything. */
const POSTPONE_MS = 1000;

/** How one attempt to deliver ended. `wasTried` false: nothing was sent, for reasons that say nothing about the receiver. */
export type DeliveryOutcome =
  | { readonly isDelivered: true }
  | { readonly isDelivered: false; readonly wasTried: boolean; readonly reason: string };

/** How an event, and its endpoint, have fared so far. */
export interface DeliveryHistory {
  /** With the one that has just ended. */
  readonly attempts: number;
  /** When the event was told, or asked for again. */
  readonly toldAt: Date;
  /** When the event first failed; null where it has not. */
  readonly firstAttemptAt: Date | null;
  /** When the endpoint first failed since it took an event; null where it has not. */
  readonly failingSince: Date | null;
}

/** Since when the endpoint, and the event, fail. */
interface Failing {
  readonly failingSince: Date;
  readonly firstAttemptAt: Date;
  readonly reason: string;
}

/** What comes next. */
export type DeliveryStep =
  | { readonly step: 'GO_ON' }
  | { readonly step: 'POSTPONE'; readonly at: Date }
  | ({ readonly step: 'RETRY'; readonly at: Date } & Failing)
  | ({ readonly step: 'BURY' } & Failing);

/**
 * Decides what follows an attempt. An event that goes on failing is tried for 24 hours, the last time at their end, and then
 * buried, so that the next one has its turn; until then nothing overtakes it. The 24 hours of the events behind it run meanwhile: an
 * endpoint that takes nothing gets each of them at least once, those that are younger at most as often as after a day of failing, and
 * does not fall behind by a day for each.
 */
export const nextStep = (
  outcome: DeliveryOutcome,
  { attempts, toldAt, firstAttemptAt, failingSince }: DeliveryHistory,
  { now, random }: { readonly now: Date; readonly random: number },
): DeliveryStep => {
  if (outcome.isDelivered) return { step: 'GO_ON' };
  if (!outcome.wasTried) return { step: 'POSTPONE', at: new Date(now.getTime() + POSTPONE_MS + backoffMs(1, random)) };
  const since = failingSince ?? now;
  const failing = { failingSince: since, firstAttemptAt: firstAttemptAt ?? now, reason: outcome.reason };
  const end = Math.max(since.getTime(), toldAt.getTime()) + RETRY_FOR_MS;
  if (now.getTime() >= end) return { step: 'BURY', ...failing };
  const isDead = now.getTime() >= since.getTime() + RETRY_FOR_MS;
  const wait = isDead ? longestBackoffMs(random) : backoffMs(attempts, random);
  return { step: 'RETRY', at: new Date(Math.min(now.getTime() + wait, end)), ...failing };
};
