import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BASE62_ALPHABET, encodeBase62, isBase62, randomBase62 } from './base62.ts';

describe('random digits', () => {
  test('every digit comes from exactly as many bytes as every other: no bias', () => {
    const bytesOf = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      let draws = 0;
      const digit = randomBase62(1, (length) => {
        draws += 1;
        // The byte in question and none that would be taken in its place, then bytes that would.
        const bytes = new Uint8Array(length).fill(draws === 1 ? 255 : 0);
        if (draws === 1) bytes[0] = byte;
        return bytes;
      });
      if (draws === 1) bytesOf.set(digit, (bytesOf.get(digit) ?? 0) + 1);
    }
    expect([...bytesOf.keys()].sort()).toEqual(BASE62_ALPHABET.split('').sort());
    expect(new Set(bytesOf.values())).toEqual(new Set([4]));
  });

  test('as many digits as asked for, from the alphabet alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (length) => {
        expect(randomBase62(length, randomBytes)).toMatch(new RegExp(`^[0-9A-Za-z]{${length}}$`));
      }),
    );
  });

  test('no more bytes are drawn than are missing, and a few to spare', () => {
    const asked: number[] = [];
    // Of the first bytes three can be used, of the next all.
    const source = (length: number): Uint8Array => {
      asked.push(length);
      return asked.length === 1 ? new Uint8Array(length).fill(255).fill(0, 0, 3) : new Uint8Array(length);
    };
    expect(randomBase62(5, source)).toBe('00000');
    expect(asked).toEqual([9, 6]);
  });

  test.each([255, 248])('a source that gives nothing but %i is an error, not an endless loop', (byte) => {
    expect(() => randomBase62(5, (length) => new Uint8Array(length).fill(byte))).toThrow('random source');
  });

  test('a source that gives no bytes is an error', () => {
    expect(() => randomBase62(5, () => new Uint8Array(0))).toThrow('random source');
  });
});

describe('numbers', () => {
  test.each([
    [0, '000000'],
    [61, '00000z'],
    [62, '000010'],
    [0xffffffff, '4gfFC3'],
  ])('%i is %s', (value, digits) => {
    expect(encodeBase62(value, 6)).toBe(digits);
  });

  test('reading the digits gives the number back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        const read = encodeBase62(value, 6).split('').reduce((sum, digit) => sum * 62 + BASE62_ALPHABET.indexOf(digit), 0);
        expect(read).toBe(value);
      }),
    );
  });

  test('a number that does not fit is an error', () => {
    expect(() => encodeBase62(62, 1)).toThrow(new RangeError('62 does not fit into 1 base62 digits'));
  });
});

test('a digit is a character of the alphabet, and no other of any script', () => {
  for (let code = 0; code <= 0xffff; code += 1) {
    if (isBase62(code) !== BASE62_ALPHABET.includes(String.fromCharCode(code))) expect.fail(`character ${code}`);
  }
});
