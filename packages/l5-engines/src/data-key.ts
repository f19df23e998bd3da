import { createSecretKey, type KeyObject } from 'node:crypto';
import { decrypt, encrypt } from './gcm.ts';
import type { KekRing } from './keyring.ts';
import type { Vault } from './scope.ts';
import type { TenantDataKey } from './account/rows.ts';

export type UnwrappedDataKey = { readonly ok: true; readonly key: KeyObject } | { readonly ok: false; readonly problem: string };

const KEY_BYTES = 32;

/**
 * A tenant's data-encryption key, made and wrapped by the current key-encryption key. The tenant's id is the additional
 * data, so that a row moved to another tenant cannot be unwrapped.
 */
export const newDataKey = (
  parts: { readonly id: string; readonly tenantId: string; readonly now: Date },
  { keks, randomBytes }: Pick<Vault, 'keks' | 'randomBytes'>,
): TenantDataKey => {
  const { id, tenantId, now } = parts;
  const wrapped = encrypt(keks.current.key, randomBytes(KEY_BYTES), tenantId, randomBytes);
  return { tenantId, id, wrapped, kekId: keks.current.id, createdAt: now };
};

/** The data key of this tenant, or why the row does not give it. */
export const unwrapDataKey = (row: Pick<TenantDataKey, 'tenantId' | 'wrapped' | 'kekId'>, keks: KekRing): UnwrappedDataKey => {
  const kek = keks.keys.find(({ id }) => id === row.kekId);
  if (kek === undefined) return { ok: false, problem: `the kek file lacks the key "${row.kekId}"` };
  const bytes = decrypt(kek.key, row.wrapped, row.tenantId);
  if (bytes === null) return { ok: false, problem: 'the wrapped data key does not belong to this tenant, or was altered' };
  if (bytes.length !== KEY_BYTES) return { ok: false, problem: 'the wrapped data key has a wrong length' };
  return { ok: true, key: createSecretKey(bytes) };
};

export type RewrappedDataKey =
  | { readonly ok: true; readonly wrapped: Pick<TenantDataKey, 'wrapped' | 'kekId'> }
  | { readonly ok: false; readonly problem: string };

/**
 * The same data key, wrapped by the current key-encryption key: what is sealed under it stays as it is. The old
 * key-encryption key may leave the file once every data key has been through this.
 */
export const rewrapDataKey = (row: Pick<TenantDataKey, 'tenantId' | 'wrapped' | 'kekId'>, { keks, randomBytes }: Pick<Vault, 'keks' | 'randomBytes'>): RewrappedDataKey => {
  const unwrapped = unwrapDataKey(row, keks);
  if (!unwrapped.ok) return unwrapped;
  return { ok: true, wrapped: { wrapped: encrypt(keks.current.key, unwrapped.key.export(), row.tenantId, randomBytes), kekId: keks.current.id } };
};
