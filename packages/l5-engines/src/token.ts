import { decodeBase62, encodeBase62, isBase62, randomBase62 } from './base62.ts';
import { crc32 } from './crc32.ts';
import type { RandomBytes } from './scope.ts';
import { Secret } from './secret.ts';

/** The environment of an API key, or the plane of an access token: operators' (`op`), services' (`svc`). */
export const TOKEN_PREFIXES = ['live', 'test', 'op', 'svc'] as const;
export type TokenPrefix = (typeof TOKEN_PREFIXES)[number];

/** A token as it is made: shown once, known afterwards by its public id and its digest. */
export interface MintedToken {
  readonly token: Secret;
  readonly publicId: string;
}

/** What the form of a token says. A hint for routing, never a proof. */
export interface ParsedToken {
  readonly prefix: TokenPrefix;
  readonly publicId: string;
}

const PUBLIC_ID_LENGTH = 14;
const LOCATOR_LENGTH = 5;
const SECRET_LENGTH = 32;
const CRC_LENGTH = 6;
/** All that stands behind the prefix: public id, underscore, secret, checksum. */
const REST_LENGTH = PUBLIC_ID_LENGTH + 1 + SECRET_LENGTH + CRC_LENGTH;

const HEADS: readonly { readonly prefix: TokenPrefix; readonly head: string }[] = TOKEN_PREFIXES.map((prefix) => ({ prefix, head: `hoc_${prefix}_` }));
const UNDERSCORE = 0x5f;

/** The tenant's locator in the public id of one of its keys. */
export const locatorOf = (publicId: string): string => publicId.slice(0, LOCATOR_LENGTH);

/** A new tenant's locator. Unique only once the database has accepted the claim on it. */
export const newLocator = (randomBytes: RandomBytes): string => randomBase62(LOCATOR_LENGTH, randomBytes);

/**
 * Makes `hoc_<prefix>_<publicId>_<secret><crc>`. The public id of a tenant's key begins with the tenant's locator; that
 * of an access token is random. The secret carries 190 bits.
 * @see ARCHITECTURE.md, Keys and verification
 */
export const mintToken = (parts: {
  readonly prefix: TokenPrefix;
  /** The tenant's locator; empty for tokens that belong to no tenant. */
  readonly locator: string;
  readonly randomBytes: RandomBytes;
}): MintedToken => {
  const { prefix, locator, randomBytes } = parts;
  const publicId = locator + randomBase62(PUBLIC_ID_LENGTH - locator.length, randomBytes);
  const body = `hoc_${prefix}_${publicId}_${randomBase62(SECRET_LENGTH, randomBytes)}`;
  return { token: new Secret(body + checksum(body)), publicId };
};

/** Reads the form of a token and holds its checksum against it, without any I/O. `null` is: no token of HOC, or a typo. */
export const parseToken = (text: string): ParsedToken | null => {
  for (const { prefix, head } of HEADS) {
    if (text.length === head.length + REST_LENGTH && text.startsWith(head)) return isRest(text, head.length) ? { prefix, publicId: text.slice(head.length, head.length + PUBLIC_ID_LENGTH) } : null;
  }
  return null;
};

/** Whether all that stands behind the prefix is digits, one underscore, and the checksum: one walk, as this stands before everything else. */
const isRest = (text: string, from: number): boolean => {
  const crcAt = text.length - CRC_LENGTH;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (at === from + PUBLIC_ID_LENGTH ? code !== UNDERSCORE : !isBase62(code)) return false;
  }
  return decodeBase62(text, crcAt) === crc32(text, crcAt);
};

/** CRC-32 of everything that precedes it, as six base62 digits. */
const checksum = (body: string): string => encodeBase62(crc32(body, body.length), CRC_LENGTH);
