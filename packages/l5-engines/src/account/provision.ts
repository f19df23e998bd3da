import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { KekRing } from '../keyring.ts';
import type { Vault } from '../scope.ts';
import type { TenantDataKey } from './rows.ts';

export type UnwrappedDataKey = { readonly ok: true; readonly key: KeyObject } | { readonly ok: false; readonly problem: string };

/** What is stored of a data key is `nonce ‖ ciphertext ‖ tag`, base64url. */
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D: a random nonce of 96 bits. Each KEK wraps far fewer than 2^32 data keys. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A tenant's data-encryption key, made and wrapped by the current key-encryption key. The tenant's id is the additional
 * data, so that a row moved to another tenant cannot be unwrapped.
 */
export const newDataKey = (
  parts: { readonly id: string; readonly tenantId: string; readonly now: Date },
  { keks, randomBytes }: Pick<Vault, 'keks' | 'randomBytes'>,
): TenantDataKey => {
  const { id, tenantId, now } = parts;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, keks.current.key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(tenantId));
  const ciphertext = [cipher.update(randomBytes(KEY_BYTES)), cipher.final()];
  const wrapped = Buffer.concat([nonce, ...ciphertext, cipher.getAuthTag()]).toString('base64url');
  return { tenantId, id, wrapped, kekId: keks.current.id, createdAt: now };
};

/** The data key of this tenant, or why the row does not give it. */
export const unwrapDataKey = (row: Pick<TenantDataKey, 'tenantId' | 'wrapped' | 'kekId'>, keks: KekRing): UnwrappedDataKey => {
  const kek = keks.keys.find(({ id }) => id === row.kekId);
  if (kek === undefined) return { ok: false, problem: `the kek file lacks the key "${row.kekId}"` };
  const bytes = Buffer.from(row.wrapped, 'base64url');
  if (bytes.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) return { ok: false, problem: 'the wrapped data key has a wrong length' };
  const decipher = createDecipheriv(ALGORITHM, kek.key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(row.tenantId))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return { ok: true, key: createSecretKey(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])) };
  } catch {
    // GCM tells a forged or foreign row by throwing, and says nothing more about it.
    return { ok: false, problem: 'the wrapped data key does not belong to this tenant, or was altered' };
  }
};
