import type { KeyObject } from 'node:crypto';
import { decrypt, encrypt } from './gcm.ts';
import type { RandomBytes } from './scope.ts';
import { Secret } from './secret.ts';

/**
 * Where a sealed text belongs: its tenant, the id of the integration, the endpoint or the confirmation that it is of, and, for a
 * credential, the origin that it may be sent to.
 */
export type SealedPlace = readonly [tenantId: string, thingId: string] | readonly [tenantId: string, integrationId: string, origin: string];

export type Unsealed = { readonly ok: true; readonly plaintext: Secret } | { readonly ok: false; readonly problem: string };

/** A place as one text, such that no other place makes the same. */
const aadOf = (place: SealedPlace): string => JSON.stringify(place);

/**
 * A secret under its tenant's data key, as it is stored: AES-256-GCM, base64url of `nonce ‖ ciphertext ‖ tag`.
 * INVARIANT: it opens at its own place alone; moved to another tenant's row, or another row of the same tenant, it is worthless.
 */
export const seal = (dataKey: KeyObject, plaintext: Secret, place: SealedPlace, randomBytes: RandomBytes): string =>
  // Revealed to the cipher, and to nothing else.
  encrypt(dataKey, Buffer.from(plaintext.reveal()), aadOf(place), randomBytes);

/** The secret that was sealed for this place, or why there is none; the sentence never repeats a part of it. */
export const unseal = (dataKey: KeyObject, sealed: string, place: SealedPlace): Unsealed => {
  const plaintext = decrypt(dataKey, sealed, aadOf(place));
  return plaintext === null
    ? { ok: false, problem: 'what is sealed was made under another key or for another place, or was altered' }
    : { ok: true, plaintext: new Secret(plaintext.toString()) };
};
