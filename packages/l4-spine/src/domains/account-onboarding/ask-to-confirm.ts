import { newContactConfirmation } from '@hoc/l5-engines/account/contact-confirmation';
import { newId } from '@hoc/l5-engines/ids';
import { CONFIRMATION_REQUESTED } from '@hoc/l5-engines/outbox/event-types';
import type { WriteScope } from '@hoc/l5-engines/scope';
import type { OutboxEvent } from '../../kernel/outbox-event.ts';
import { event } from '../event.ts';
import type { ContactConfirmationRow, DataKeyRow, TenantRow } from '../rows.ts';

/**
 * Makes a confirmation of the tenant's contact address, and the event that brings its token there.
 * INVARIANT: the token is in the event alone, sealed; no answer, no log and no audit entry has it.
 */
export async function askToConfirm(
  { contactConfirmations, vault }: WriteScope,
  { tenant, dataKey, now }: { readonly tenant: TenantRow; readonly dataKey: DataKeyRow; readonly now: Date },
): Promise<{ readonly confirmation: ContactConfirmationRow; readonly told: OutboxEvent }> {
  const made = newContactConfirmation({ id: newId('cnf'), tenantId: tenant.id, address: tenant.contactEmail, dataKey, now }, vault);
  // A row that was altered, or a file that lost a key: not this caller's to mend.
  if (!made.ok) throw new Error(`the data key ${dataKey.id} cannot be used: ${made.problem}`);
  await contactConfirmations.insert(made.confirmation);
  return { confirmation: made.confirmation, told: event(CONFIRMATION_REQUESTED, { ...made.requested }) };
}
