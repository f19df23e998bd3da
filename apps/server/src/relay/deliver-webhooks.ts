import { nextStep, type DeliveryOutcome } from '@hoc/l5-engines/outbox/delivery-step';
import { ANSWER_WITHIN_MS, sendWebhook } from '@hoc/l5-engines/outbox/send-webhook';
import { webhookMessage } from '@hoc/l5-engines/outbox/webhook-message';
import { readSecrets, signingNow } from '@hoc/l5-engines/outbox/webhook-secret';
import type { ClaimTime, WebhookClaim } from '@hoc/l6-drivers/outbox/deliveries';
import type { Settled } from '@hoc/l6-drivers/outbox/delivery.driver';
import type { DeadLetter } from '@hoc/l7-models/outbox.tables';
import { CLAIM_MARGIN_MS, EVENTS_PER_TURN, TURN_MS, type DeliveryParts } from './delivery-parts.ts';
import { unsealClaim } from './unseal-claim.ts';

/**
 * Tells an endpoint what it has to be told, event after event, until one is refused, nothing is left, or its turn is over.
 * INVARIANT: no transaction is open while a receiver is asked; the cursor moves after its answer, and only where nobody else has
 * taken over meanwhile. So an event may be told twice, but none is left out, and none is told before an earlier one was settled.
 */
export async function deliverWebhooks(parts: DeliveryParts, tenantId: string, endpointId: string, signal: AbortSignal): Promise<'DONE' | 'MORE'> {
  let claim = await parts.deliveries.claimWebhook(tenantId, endpointId, claimTime(parts));
  const began = performance.now();
  let events = 0;
  let isOver = false;
  while (claim !== null) {
    const outcome = await tell(parts, claim);
    events += 1;
    isOver = events >= EVENTS_PER_TURN || performance.now() - began >= TURN_MS;
    claim = await settle(parts, claim, outcome, !isOver && !signal.aborted);
  }
  return isOver ? 'MORE' : 'DONE';
}

const claimTime = ({ clock }: DeliveryParts): ClaimTime => {
  const now = clock();
  return { now, until: new Date(now.getTime() + ANSWER_WITHIN_MS + CLAIM_MARGIN_MS) };
};

async function tell({ keks, clock, outbound, log }: DeliveryParts, claim: WebhookClaim): Promise<DeliveryOutcome> {
  const { tenantId, endpoint, told } = claim;
  const unsealed = unsealClaim(claim, endpoint.sealedSecret, endpoint.id, keks);
  if (!unsealed.ok) {
    log.error({ tenantId, endpointId: endpoint.id, problem: unsealed.problem }, 'the secret of a webhook endpoint cannot be read');
    return { isDelivered: false, wasTried: true, reason: 'The signing secret of the endpoint cannot be read; rotate it.' };
  }
  const now = clock();
  const message = webhookMessage(told, signingNow(readSecrets(unsealed.plaintext), now), now);
  return sendWebhook({ tenantId, url: endpoint.url, message }, outbound);
}

/** Of the endpoint, not of the event. */
type Fared = Pick<Settled, 'failingSince' | 'failure'>;

/** Writes down what became of the claim. Answers the next one, where it may be told at once and the turn is not over. */
async function settle(parts: DeliveryParts, claim: WebhookClaim, outcome: DeliveryOutcome, hasTurn: boolean): Promise<WebhookClaim | null> {
  const { deliveries, clock, random, later, log } = parts;
  const { tenantId, endpoint: { id: endpointId, failingSince, firstAttemptAt }, event, told, claimed, attempts } = claim;
  const now = clock();
  const next = nextStep(outcome, { attempts, toldAt: event.at, firstAttemptAt, failingSince }, { now, random: random() });
  const goOn = async (letter: DeadLetter | null, fared: Fared): Promise<WebhookClaim | null> => {
    const behind = { seq: event.seq, ordinal: event.ordinal, nextAttemptAt: null, attempts: 0, firstAttemptAt: null, ...fared };
    if (hasTurn) return deliveries.settleAndClaim(claim, behind, letter, claimTime(parts));
    await deliveries.settleWebhook(claim, behind, letter);
    return null;
  };
  const wait = async (at: Date, counted: number, fared: Fared & Pick<Settled, 'firstAttemptAt'>): Promise<null> => {
    await deliveries.settleWebhook(claim, { seq: claimed.seq, ordinal: claimed.ordinal, nextAttemptAt: at, attempts: counted, ...fared }, null);
    await later(tenantId, endpointId, at);
    return null;
  };
  switch (next.step) {
    case 'GO_ON':
      return goOn(null, { failingSince: null, failure: null });
    case 'POSTPONE':
      // Nothing was sent, so it was no attempt.
      return wait(next.at, attempts - 1, { failingSince, firstAttemptAt, failure: null });
    case 'RETRY':
      // Once: it may fail for days.
      if (failingSince === null) log.warn({ tenantId, endpointId, eventId: told.id, reason: next.reason }, 'a webhook endpoint does not take an event, and is tried again');
      return wait(next.at, attempts, { failingSince: next.failingSince, firstAttemptAt: next.firstAttemptAt, failure: { at: now, reason: next.reason } });
    case 'BURY':
      log.warn({ tenantId, endpointId, eventId: told.id, attempts, reason: next.reason }, 'an event was given up after 24 hours');
      return goOn({
        tenantId, endpointId, eventSeq: told.seq, eventOrdinal: told.ordinal, reason: next.reason, attempts,
        firstAttemptAt: next.firstAttemptAt, buriedAt: now, replayedAt: null,
      }, { failingSince: next.failingSince, failure: { at: now, reason: next.reason } });
    default:
      return next satisfies never;
  }
}
