import { unwrapDataKey } from '@hoc/l5-engines/data-key';
import type { Vault, WriteScope } from '@hoc/l5-engines/scope';
import { seal, unseal, type Unsealed } from '@hoc/l5-engines/sealing';
import type { Secret } from '@hoc/l5-engines/secret';
import type { DataKeyRow, IntegrationRow } from '../rows.ts';

/** What is stored of a credential. */
export type StoredCredential = Pick<IntegrationRow, 'sealedCredential' | 'dataKeyId'>;

/** A credential as it is stored, under the tenant's newest data key; null where the tenant has none, because it was never provisioned. */
export async function sealCredential({ dataKeys, vault }: WriteScope, place: readonly [tenantId: string, integrationId: string], credential: Secret | null): Promise<StoredCredential | null> {
  if (credential === null) return { sealedCredential: null, dataKeyId: null };
  const row = await dataKeys.get(place[0]);
  if (row === null) return null;
  const unwrapped = unwrapDataKey(row, vault.keks);
  if (!unwrapped.ok) throw new Error(`the data key ${row.id} cannot be unwrapped: ${unwrapped.problem}`);
  return { sealedCredential: seal(unwrapped.key, credential, place, vault.randomBytes), dataKeyId: row.id };
}

/** The credential of an integration, or why it cannot be had. */
export function unsealCredential({ tenantId, id }: IntegrationRow, sealed: string, row: DataKeyRow | null, { keks }: Pick<Vault, 'keks'>): Unsealed {
  if (row === null) return { ok: false, problem: 'there is no such data key' };
  const unwrapped = unwrapDataKey(row, keks);
  return unwrapped.ok ? unseal(unwrapped.key, sealed, [tenantId, id]) : unwrapped;
}
