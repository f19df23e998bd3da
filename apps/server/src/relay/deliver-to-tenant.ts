import { deliverMail } from './deliver-mail.ts';
import { deliverWebhooks } from './deliver-webhooks.ts';
import type { TurnEnd } from './dispatcher.ts';
import type { DeliveryParts } from './delivery-parts.ts';

/** What has turns of its own: a mail server that drags on keeps no webhook waiting. */
export type Lane = 'MAIL' | 'WEBHOOKS';

/**
 * One turn of a tenant in a lane: its mail, or each of its endpoints side by side, so that none waits for another. Never throws: what
 * goes wrong is logged, and a sweep finds what is left.
 */
export async function deliverToTenant(parts: DeliveryParts, tenantId: string, lane: Lane, signal: AbortSignal): Promise<TurnEnd> {
  const logged = (error: unknown): 'DONE' => {
    // Where the server stops, what it has begun may find the database closed.
    if (!signal.aborted) parts.log.error({ tenantId, err: error }, 'delivering failed, and is tried again');
    return 'DONE';
  };
  try {
    const { mail, endpoints } = await parts.deliveries.due(tenantId, parts.clock());
    if (lane === 'MAIL') return mail?.isNow === true ? await deliverMail(parts, tenantId, signal) : 'NOTHING';
    const endpointIds = Object.keys(endpoints).filter((id) => endpoints[id]?.isNow === true);
    if (endpointIds.length === 0) return 'NOTHING';
    const ends = await Promise.all(endpointIds.map((endpointId) => deliverWebhooks(parts, tenantId, endpointId, signal).catch(logged)));
    return ends.includes('MORE') ? 'MORE' : 'DONE';
  } catch (error) {
    return logged(error);
  }
}
