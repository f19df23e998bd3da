import type { RandomBytes } from './scope.ts';

/** The digits, in order: HTTP-API.md, "Planes and tokens". */
export const BASE62_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const BASE = 62;
/** The value of each digit by its character code; -1 for what is none. */
const VALUES: Int8Array = Int8Array.from({ length: 128 }, (_, code) => BASE62_ALPHABET.indexOf(String.fromCharCode(code)));
/** The largest multiple of 62 that a byte can reach. A byte from here on is drawn again: taking it would favour the first 8 digits. */
const UNBIASED_BELOW = 248;
/** A source that never gives a usable byte is broken; without an end, drawing from it would hang the caller. */
const MAX_DRAWS = 64;

/** `length` base62 digits, each with the same probability, from a source of random bytes. Throws when the source is broken. */
export const randomBase62 = (length: number, randomBytes: RandomBytes): string => {
  let digits = '';
  for (let draw = 0; digits.length < length; draw += 1) {
    if (draw === MAX_DRAWS) throw new Error('the random source gives no usable bytes');
    for (const byte of randomBytes(length - digits.length + 4)) {
      if (byte < UNBIASED_BELOW && digits.length < length) digits += BASE62_ALPHABET.charAt(byte % BASE);
    }
  }
  return digits;
};

/** A non-negative integer as base62 digits, most significant first, filled with zeros to `width`. Throws when it does not fit. */
export const encodeBase62 = (value: number, width: number): string => {
  let digits = '';
  let rest = value;
  for (let place = 0; place < width; place += 1) {
    digits = BASE62_ALPHABET.charAt(rest % BASE) + digits;
    rest = Math.floor(rest / BASE);
  }
  if (rest !== 0) throw new RangeError(`${value} does not fit into ${width} base62 digits`);
  return digits;
};

/** Whether a character is a base62 digit, by its code. */
export const isBase62 = (code: number): boolean => (VALUES[code] ?? -1) >= 0;

/** The integer that the digits of a text from a place on are. They are digits, and at most eight. */
export const decodeBase62 = (text: string, from: number): number => {
  let value = 0;
  for (let at = from; at < text.length; at += 1) value = value * BASE + (VALUES[text.charCodeAt(at)] ?? 0);
  return value;
};
