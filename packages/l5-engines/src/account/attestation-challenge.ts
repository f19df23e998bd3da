import { randomBase62 } from '../base62.ts';
import { digestOf } from '../digest.ts';
import type { Vault } from '../scope.ts';
import { Secret } from '../secret.ts';
import type { AttestationChallenge } from './rows.ts';

/** How long a nonce can be answered. */
export const CHALLENGE_MINUTES = 5;

const NONCE_LENGTH = 32;

/** A new challenge: the row with the nonce's digest, and the nonce, shown once. */
export const newAttestationChallenge = (
  parts: Pick<AttestationChallenge, 'id' | 'tenantId'> & { readonly by: AttestationChallenge['createdBy']; readonly now: Date },
  { peppers, randomBytes }: Pick<Vault, 'peppers' | 'randomBytes'>,
): { readonly challenge: AttestationChallenge; readonly nonce: Secret } => {
  const { id, tenantId, by, now } = parts;
  const nonce = randomBase62(NONCE_LENGTH, randomBytes);
  const challenge = {
    tenantId, id, digest: digestOf(peppers.current, nonce), pepperId: peppers.current.id,
    expiresAt: new Date(now.getTime() + CHALLENGE_MINUTES * 60_000), usedAt: null, keyId: null, createdBy: by, createdAt: now,
  };
  return { challenge, nonce: new Secret(nonce) };
};
