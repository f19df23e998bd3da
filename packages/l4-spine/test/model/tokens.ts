import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FORM = /^hoc_(live|test|op|svc)_([0-9A-Za-z]{14})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;

/** "crc: 6 base62 characters of CRC-32 over all that precedes", most significant first (ARCHITECTURE.md, HTTP-API.md). */
function checksum(body: string): string {
  let digits = '';
  for (let rest = crc32(body); digits.length < 6; rest = Math.floor(rest / 62)) digits = BASE62.charAt(rest % 62) + digits;
  return digits;
}

/** The parts of a token that is in form; null where it is not, or its checksum is wrong. */
export function readToken(token: string): { readonly prefix: string; readonly publicId: string } | null {
  const [, prefix = '', publicId = '', , crc = ''] = FORM.exec(token) ?? [];
  return crc !== '' && checksum(token.slice(0, -6)) === crc ? { prefix, publicId } : null;
}

/** The token with a letter of its checksum mistyped. */
export const mistyped = (token: string): string => token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');

/** A token that is in form and that nobody has: another secret under the same public id. */
export function forged(token: string): string {
  const body = token.slice(0, -38) + 'A'.repeat(32);
  return body + checksum(body);
}

/** A token of a tenant that does not exist. */
export function ofNoTenant(): string {
  const body = `hoc_live_${'0'.repeat(14)}_${'A'.repeat(32)}`;
  return body + checksum(body);
}
