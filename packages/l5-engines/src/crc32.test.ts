import { crc32 as ofZlib } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

test('is zlib\'s for every ASCII text, and for every beginning of one', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii', maxLength: 100 }), fc.nat(100), (text, length) => {
    expect(crc32(text, Math.min(length, text.length))).toBe(ofZlib(text.slice(0, length)));
  }));
});

test('is 0xcbf43926 of the check string of all CRC-32', () => {
  expect(crc32('123456789', 9)).toBe(0xcbf43926);
});
