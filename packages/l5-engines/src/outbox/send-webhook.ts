import type { OutboundAnswer } from '../outbound/answer.ts';
import { guardedRequest } from '../outbound/guarded-request.ts';
import type { Outbound } from '../outbound/outbound.ts';
import type { DeliveryOutcome } from './delivery-step.ts';
import type { WebhookMessage } from './webhook-message.ts';

/** How long a receiver has to answer, from the name of its host to the head of the answer. */
export const ANSWER_WITHIN_MS = 5000;

/** Posts a message to a receiver. It took the message where it answers 2xx in time, whatever follows; else it gets it again. */
export const sendWebhook = async (
  { tenantId, url, message }: { readonly tenantId: string; readonly url: string; readonly message: WebhookMessage },
  outbound: Outbound,
): Promise<DeliveryOutcome> =>
  outcomeOf(await guardedRequest({ tenantId, method: 'POST', url, headers: message.headers, body: message.body, timeoutMs: ANSWER_WITHIN_MS, maxBytes: null }, outbound));

/** What an answer, or its absence, means for the event. The reason is for the tenant to read. */
export const outcomeOf = (answer: OutboundAnswer): DeliveryOutcome => {
  if (!answer.ok) return { isDelivered: false, wasTried: answer.failure !== 'BUSY', reason: `${answer.failure}: ${answer.message}` };
  if (answer.status >= 200 && answer.status < 300) return { isDelivered: true };
  return { isDelivered: false, wasTried: true, reason: `The receiver answered ${answer.status}.` };
};
