import type { KekRing } from '@hoc/l5-engines/keyring';
import type { Outbound } from '@hoc/l5-engines/outbound/outbound';
import type { Deliveries } from '@hoc/l6-drivers/outbox/deliveries';
import type { Logger } from 'pino';
import type { Mailer } from './mailer.ts';

/** What delivering takes. */
export interface DeliveryParts {
  readonly deliveries: Deliveries;
  readonly outbound: Outbound;
  readonly keks: KekRing;
  readonly mailer: Mailer;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly clock: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Has a server look at the tenant again at a time. `what` is the endpoint's id, or `mail`. Must not throw. */
  readonly later: (tenantId: string, what: string, at: Date) => Promise<void>;
}

/** How long a claim outlives what it is claimed for. Were it too short, or the clocks of servers apart, an event would be told twice; never in another order. */
export const CLAIM_MARGIN_MS = 2000;

/** One turn ends after so many events, so that other tenants have theirs. */
export const EVENTS_PER_TURN = 50;

/** And once it has taken so long: a receiver that is slow keeps others waiting for no longer than this and one answer. */
export const TURN_MS = 2000;
