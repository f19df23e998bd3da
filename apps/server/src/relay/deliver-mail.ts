import { backoffMs } from '@hoc/l5-engines/outbox/backoff';
import { confirmationMail, readConfirmation } from '@hoc/l5-engines/outbox/confirmation-mail';
import type { MailClaim } from '@hoc/l6-drivers/outbox/deliveries';
import { CLAIM_MARGIN_MS, EVENTS_PER_TURN, type DeliveryParts } from './delivery-parts.ts';
import { MailProblem } from './mail-problem.ts';
import { unsealClaim } from './unseal-claim.ts';

/** Whoever waits for a mail waits in front of a screen: no longer than this between two attempts. */
const LONGEST_WAIT_MS = 300_000;

/** Sends the mails of a tenant, one after the other, until one fails, none is left, or its turn is over. */
export async function deliverMail(parts: DeliveryParts, tenantId: string, signal: AbortSignal): Promise<'DONE' | 'MORE'> {
  for (let events = 0; events < EVENTS_PER_TURN; events += 1) {
    if (signal.aborted) return 'DONE';
    const now = parts.clock();
    const claim = await parts.deliveries.claimMail(tenantId, { now, until: new Date(now.getTime() + parts.mailer.withinMs + CLAIM_MARGIN_MS) });
    if (claim === null) return 'DONE';
    const goesOn = await settle(parts, claim, await send(parts, claim));
    if (!goesOn) return 'DONE';
  }
  return 'MORE';
}

/** `PASSED_OVER`: there is nothing to send any more, or never was. */
async function send({ keks, mailer, clock, log }: DeliveryParts, claim: MailClaim): Promise<'SENT' | 'PASSED_OVER' | 'FAILED'> {
  const { tenantId, event: { id: eventId, payload } } = claim;
  const requested = readConfirmation(payload);
  if (requested === null) {
    log.error({ tenantId, eventId }, 'an event that mail is sent for holds no confirmation');
    return 'PASSED_OVER';
  }
  if (Date.parse(requested.expiresAt) <= clock().getTime()) {
    log.warn({ tenantId, eventId }, 'a confirmation has expired before it could be sent');
    return 'PASSED_OVER';
  }
  const unsealed = unsealClaim(claim, requested.sealedToken, requested.confirmationId, keks);
  if (!unsealed.ok) {
    log.error({ tenantId, eventId, problem: unsealed.problem }, 'the token of a confirmation cannot be read');
    return 'PASSED_OVER';
  }
  try {
    await mailer.send(confirmationMail(requested, tenantId, unsealed.plaintext));
    return 'SENT';
  } catch (error) {
    // Codes alone: what else an error holds may be the whole mail, or what the mail server quotes of it.
    const problem = MailProblem.of(error);
    if (problem.isAddressRefused) {
      log.error({ tenantId, eventId, problem: problem.message }, 'the mail server refuses the contact address of a tenant for good; the mail is given up, and another confirmation can be requested');
      return 'PASSED_OVER';
    }
    log.warn({ tenantId, eventId, problem: problem.message }, 'a mail could not be sent, and is tried again');
    return 'FAILED';
  }
}

/** Writes down what became of the claim. Answers whether the next mail may be sent at once. */
async function settle({ deliveries, clock, random, later }: DeliveryParts, claim: MailClaim, end: 'SENT' | 'PASSED_OVER' | 'FAILED'): Promise<boolean> {
  const { tenantId, event, claimed, attempts } = claim;
  if (end !== 'FAILED') return deliveries.settleMail(claim, { seq: event.seq, ordinal: event.ordinal, nextAttemptAt: null, attempts: 0 });
  const nextAttemptAt = new Date(clock().getTime() + Math.min(backoffMs(attempts, random()), LONGEST_WAIT_MS));
  await deliveries.settleMail(claim, { seq: claimed.seq, ordinal: claimed.ordinal, nextAttemptAt, attempts });
  await later(tenantId, 'mail', nextAttemptAt);
  return false;
}
