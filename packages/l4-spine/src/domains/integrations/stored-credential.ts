import { unwrapDataKey } from '@hoc/l5-engines/data-key';
import type { Vault, WriteScope } from '@hoc/l5-engines/scope';
import { seal, unseal, type Unsealed } from '@hoc/l5-engines/sealing';
import type { Secret } from '@hoc/l5-engines/secret';
import type { DataKeyRow, IntegrationRow } from '../rows.ts';

/** What is stored of a credential. */
export type StoredCredential = Pick<IntegrationRow, 'sealedCredential' | 'dataKeyId' | 'credentialOrigin'>;

/** Whose credential it is, and where that may be sent. */
export interface CredentialPlace {
  readonly tenantId: string;
  readonly integrationId: string;
  readonly origin: string | null;
}

/**
 * A credential as it is stored, under the tenant's newest data key, and for one origin alone; null where the tenant has no data key,
 * because it was never provisioned.
 */
export async function sealCredential({ dataKeys, vault }: WriteScope, { tenantId, integrationId, origin }: CredentialPlace, credential: Secret | null): Promise<StoredCredential | null> {
  if (credential === null) return { sealedCredential: null, dataKeyId: null, credentialOrigin: null };
  if (origin === null) throw new Error('a credential is stored for no place that it could be sent to');
  const row = await dataKeys.get(tenantId);
  if (row === null) return null;
  const unwrapped = unwrapDataKey(row, vault.keks);
  if (!unwrapped.ok) throw new Error(`the data key ${row.id} cannot be unwrapped: ${unwrapped.problem}`);
  return { sealedCredential: seal(unwrapped.key, credential, [tenantId, integrationId, origin], vault.randomBytes), dataKeyId: row.id, credentialOrigin: origin };
}

/**
 * The credential of an integration for this origin, or why it cannot be had. Throws where it is this server that cannot open the data
 * key: that says nothing of the integration.
 */
export function unsealCredential({ tenantId, id }: IntegrationRow, { sealed, origin }: { readonly sealed: string; readonly origin: string }, row: DataKeyRow | null, { keks }: Pick<Vault, 'keks'>): Unsealed {
  if (row === null) return { ok: false, problem: 'there is no such data key' };
  const unwrapped = unwrapDataKey(row, keks);
  if (!unwrapped.ok) throw new Error(`the data key ${row.id} cannot be unwrapped: ${unwrapped.problem}`);
  return unseal(unwrapped.key, sealed, [tenantId, id, origin]);
}
