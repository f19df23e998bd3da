import { nextStep, type DeliveryOutcome } from '@hoc/l5-engines/outbox/delivery-step';
import { ANSWER_WITHIN_MS, sendWebhook } from '@hoc/l5-engines/outbox/send-webhook';
import { webhookMessage } from '@hoc/l5-engines/outbox/webhook-message';
import { readSecrets, signingNow } from '@hoc/l5-engines/outbox/webhook-secret';
import type { WebhookClaim } from '@hoc/l6-drivers/outbox/deliveries';
import { CLAIM_MARGIN_MS, EVENTS_PER_TURN, type DeliveryParts } from './delivery-parts.ts';
import { unsealClaim } from './unseal-claim.ts';

/**
 * Tells an endpoint what it has to be told, event after event, until one is refused, nothing is left, or its turn is over.
 * INVARIANT: no transaction is open while a receiver is asked; the cursor moves after its answer, and only where nobody else has
 * taken over meanwhile. So an event may be told twice, but none is left out, and none is told before an earlier one was settled.
 */
export async function deliverWebhooks(parts: DeliveryParts, tenantId: string, endpointId: string, signal: AbortSignal): Promise<'DONE' | 'MORE'> {
  for (let events = 0; events < EVENTS_PER_TURN; events += 1) {
    if (signal.aborted) return 'DONE';
    const now = parts.clock();
    const claim = await parts.deliveries.claimWebhook(tenantId, endpointId, { now, until: new Date(now.getTime() + ANSWER_WITHIN_MS + CLAIM_MARGIN_MS) });
    if (claim === null) return 'DONE';
    const goesOn = await settle(parts, claim, await tell(parts, claim));
    if (!goesOn) return 'DONE';
  }
  return 'MORE';
}

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

/** Writes down what became of the claim. Answers whether the next event may be told at once. */
async function settle({ deliveries, clock, random, later, log }: DeliveryParts, claim: WebhookClaim, outcome: DeliveryOutcome): Promise<boolean> {
  const { tenantId, endpoint: { id: endpointId, failingSince }, event, told, claimed, attempts } = claim;
  const now = clock();
  const next = nextStep(outcome, { attempts, failingSince }, { now, random: random() });
  const behind = { seq: event.seq, ordinal: event.ordinal, failingSince: null, nextAttemptAt: null, attempts: 0 };
  const at = { seq: claimed.seq, ordinal: claimed.ordinal };
  switch (next.step) {
    case 'GO_ON':
      return deliveries.settleWebhook(claim, behind, null);
    case 'POSTPONE':
      // Nothing was sent, so it was no attempt.
      await deliveries.settleWebhook(claim, { ...at, failingSince, nextAttemptAt: next.at, attempts: attempts - 1 }, null);
      await later(tenantId, endpointId, next.at);
      return false;
    case 'RETRY':
      await deliveries.settleWebhook(claim, { ...at, failingSince: next.failingSince, nextAttemptAt: next.at, attempts }, null);
      await later(tenantId, endpointId, next.at);
      return false;
    case 'BURY':
      log.warn({ tenantId, endpointId, eventId: told.id, attempts, reason: next.reason }, 'an event was given up after 24 hours');
      return deliveries.settleWebhook(claim, behind, {
        tenantId, endpointId, eventSeq: told.seq, eventOrdinal: told.ordinal, reason: next.reason, attempts,
        firstAttemptAt: next.failingSince, buriedAt: now, replayedAt: null,
      });
    default:
      return next satisfies never;
  }
}
