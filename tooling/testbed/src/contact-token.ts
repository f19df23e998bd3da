import { unwrapDataKey } from '@hoc/l5-engines/data-key';
import { readConfirmation } from '@hoc/l5-engines/outbox/confirmation-mail';
import { CONFIRMATION_REQUESTED } from '@hoc/l5-engines/outbox/event-types';
import { unseal } from '@hoc/l5-engines/sealing';
import type { Composed } from './composed.ts';

/** The token of a tenant's newest confirmation, opened as the server that mails it opens it. Throws where none was requested. */
export async function sentContactToken({ db, vault }: { readonly db: Pick<Composed['db'], 'asOwner'>; readonly vault: Composed['vault'] }, tenantId: string): Promise<string> {
  const [event] = await db.asOwner<{ payload: Record<string, unknown> }>(
    'select payload from outbox_events where tenant_id = $1 and type = $2 order by seq desc, ordinal desc limit 1', [tenantId, CONFIRMATION_REQUESTED],
  );
  const requested = readConfirmation(event?.payload ?? {});
  if (requested === null) throw new Error('no confirmation was requested');
  const [row] = await db.asOwner<{ tenantId: string; wrapped: string; kekId: string }>(
    'select tenant_id as "tenantId", wrapped, kek_id as "kekId" from tenant_data_keys where tenant_id = $1 and id = $2', [tenantId, requested.dataKeyId],
  );
  if (row === undefined) throw new Error('the token is sealed under no data key of the tenant');
  const dataKey = unwrapDataKey(row, vault.keks);
  if (!dataKey.ok) throw new Error(dataKey.problem);
  const unsealed = unseal(dataKey.key, requested.sealedToken, [tenantId, requested.confirmationId]);
  if (!unsealed.ok) throw new Error(unsealed.problem);
  return unsealed.plaintext.reveal();
}
