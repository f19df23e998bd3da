import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { PepperRing, RingKey } from './keyring.ts';

const KEY_BYTES = 32;
/** No key of another use is ever derived under this label. */
const LABEL = 'hoc/idempotency-fingerprint/v1';

/** A key for fingerprints alone (RFC 5869), so that what it signs is never a token's digest. */
const derived = ({ key }: RingKey): KeyObject => createSecretKey(Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), LABEL, KEY_BYTES)));

const fingerprint = (key: KeyObject, request: string): string => createHmac('sha256', key).update(request).digest('base64url');

/**
 * The fingerprints of requests: HMAC-SHA-256 under a key of each pepper, the current one first. A request may hold a credential that
 * people chose: without the pepper file nobody can try guesses on what the database keeps of it.
 */
export const fingerprintsUnder = ({ current, keys }: PepperRing): ((request: string) => readonly [string, ...string[]]) => {
  const own = derived(current);
  const older = keys.filter((key) => key !== current).map(derived);
  return (request) => [fingerprint(own, request), ...older.map((key) => fingerprint(key, request))];
};
