import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import type { RandomBytes } from './scope.ts';

const ALGORITHM = 'aes-256-gcm';
/** NIST SP 800-38D: a random nonce of 96 bits. Each key encrypts far fewer than 2^32 things. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM as HOC stores it: `nonce ‖ ciphertext ‖ tag`, base64url. What `aad` says must be said again to decrypt: it binds
 * the text to its place.
 */
export const encrypt = (key: KeyObject, plaintext: Uint8Array, aad: string, randomBytes: RandomBytes): string => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(aad));
  const ciphertext = [cipher.update(plaintext), cipher.final()];
  return Buffer.concat([nonce, ...ciphertext, cipher.getAuthTag()]).toString('base64url');
};

/** What was encrypted; null where the text is not what `encrypt` made with this key for this place, to the last bit. */
export const decrypt = (key: KeyObject, encrypted: string, aad: string): Buffer | null => {
  const bytes = Buffer.from(encrypted, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== encrypted) return null;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(aad))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    // GCM tells a forged or foreign text by throwing, and says nothing more about it.
    return null;
  }
};
