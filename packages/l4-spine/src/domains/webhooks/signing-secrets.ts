import { unwrapDataKey } from '@hoc/l5-engines/data-key';
import { readSecrets, writeSecrets, type SigningSecrets } from '@hoc/l5-engines/outbox/webhook-secret';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { seal, unseal } from '@hoc/l5-engines/sealing';
import type { WebhookRow } from '../rows.ts';

/** What is stored of an endpoint's secrets. */
export type Sealed = Pick<WebhookRow, 'sealedSecret' | 'dataKeyId'>;

/** Seals an endpoint's secrets under the tenant's newest data key; null where the tenant has none, because it was never provisioned. */
export async function sealSecrets({ dataKeys, vault }: WriteScope, place: readonly [tenantId: string, endpointId: string], secrets: SigningSecrets): Promise<Sealed | null> {
  const row = await dataKeys.get(place[0]);
  if (row === null) return null;
  const unwrapped = unwrapDataKey(row, vault.keks);
  if (!unwrapped.ok) throw new Error(`the data key ${row.id} cannot be unwrapped: ${unwrapped.problem}`);
  return { sealedSecret: seal(unwrapped.key, writeSecrets(secrets), place, vault.randomBytes), dataKeyId: row.id };
}

/** The secrets of an endpoint; null where what is stored cannot be read any more. */
export async function unsealSecrets({ dataKeys, vault }: WriteScope, { tenantId, id, sealedSecret, dataKeyId }: WebhookRow): Promise<SigningSecrets | null> {
  const row = await dataKeys.byId(tenantId, dataKeyId);
  const unwrapped = row === null ? null : unwrapDataKey(row, vault.keks);
  const unsealed = unwrapped?.ok === true ? unseal(unwrapped.key, sealedSecret, [tenantId, id]) : null;
  return unsealed?.ok === true ? readSecrets(unsealed.plaintext) : null;
}
