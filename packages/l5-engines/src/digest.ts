import { createHmac } from 'node:crypto';
import type { PepperRing, RingKey } from './keyring.ts';

/**
 * What is stored of a token: HMAC-SHA-256 under a pepper, base64url. A token has 190 random bits, so a slow hash would
 * add nothing but latency.
 */
export const digestOf = (pepper: RingKey, token: string): string => createHmac('sha256', pepper.key).update(token).digest('base64url');

/** The digests of a token under all peppers, the current one first: the token may have been made under an older one. */
export const digestsOf = (ring: PepperRing, token: string): readonly string[] => ring.keys.map((pepper) => digestOf(pepper, token));
