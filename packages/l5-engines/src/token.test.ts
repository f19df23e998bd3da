import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BASE62_ALPHABET, encodeBase62 } from './base62.ts';
import { locatorOf, mintToken, newLocator, parseToken, TOKEN_PREFIXES } from './token.ts';

const zeros = (length: number): Uint8Array => new Uint8Array(length);

describe('a minted token', () => {
  test.each(TOKEN_PREFIXES)('of %s has the published form and is read back', (prefix) => {
    const { token, publicId } = mintToken({ prefix, locator: prefix === 'live' ? 'Ab0Zz' : '', randomBytes });
    expect(token.reveal()).toMatch(new RegExp(`^hoc_${prefix}_${publicId}_[0-9A-Za-z]{38}$`));
    expect(publicId).toMatch(/^[0-9A-Za-z]{14}$/);
    expect(parseToken(token.reveal())).toEqual({ prefix, publicId });
  });

  test('begins its public id with the locator of the tenant', () => {
    const locator = newLocator(randomBytes);
    expect(locator).toMatch(/^[0-9A-Za-z]{5}$/);
    expect(locatorOf(mintToken({ prefix: 'test', locator, randomBytes }).publicId)).toBe(locator);
  });

  test('is this one, digit by digit, when the randomness is all zeros', () => {
    // CRC-32 0xb6b23f8d of the 56 characters before it, computed with Python's zlib: no release makes or reads another form.
    const { token } = mintToken({ prefix: 'live', locator: 'abcde', randomBytes: zeros });
    expect(token.reveal().slice(0, 56)).toBe(`hoc_live_abcde000000000_${'0'.repeat(32)}`);
    expect(token.reveal().slice(56)).toBe('3LQzd7');
  });

  test('is not printed by what minted it', () => {
    const minted = mintToken({ prefix: 'svc', locator: '', randomBytes });
    expect(inspect(minted) + JSON.stringify(minted)).not.toContain(minted.token.reveal().slice(-38));
  });
});

describe('reading', () => {
  const good = mintToken({ prefix: 'live', locator: 'abcde', randomBytes: zeros }).token.reveal();

  test('one wrong character anywhere is found without any I/O', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom(...BASE62_ALPHABET.split('')), (place, digit) => {
        fc.pre(good[place] !== digit);
        expect(parseToken(good.slice(0, place) + digit + good.slice(place + 1))).toBeNull();
      }),
    );
  });

  test.each([
    ['before', `x${good.slice(0, -6)}`],
    ['after', `${good.slice(0, -6)}${'0'.repeat(6)}`],
    ['before and after', ` ${good}`],
  ])('a text that is longer than a token is none, whatever its checksum says: more %s', (_where, body) => {
    expect(parseToken(body + encodeBase62(crc32(body), 6))).toBeNull();
  });

  test('a text of another form is none, though its checksum fits: a character that is no digit, at any place, or another one between the two parts', () => {
    const body = good.slice(0, -6);
    for (let place = 'hoc_live_'.length; place < body.length; place += 1) {
      for (const other of body[place] === '_' ? ['0', '-', ' '] : ['_', '-', ' ', '\u0000', '~', '{']) {
        const changed = body.slice(0, place) + other + body.slice(place + 1);
        expect([changed, parseToken(changed + encodeBase62(crc32(changed), 6))]).toEqual([changed, null]);
      }
    }
  });

  test('two neighbours in the wrong order are found', () => {
    const token = mintToken({ prefix: 'live', locator: '', randomBytes }).token.reveal();
    for (let place = 0; place < token.length - 1; place += 1) {
      const [one = '', two = ''] = token.slice(place, place + 2);
      if (one !== two) expect(parseToken(token.slice(0, place) + two + one + token.slice(place + 2))).toBeNull();
    }
  });

  test.each([
    ['nothing', ''],
    ['a line end after it', `${good}\n`],
    ['a space before it', ` ${good}`],
    ['an environment that does not exist', good.replace('live', 'prod')],
    ['a missing character', good.slice(0, -1)],
    ['one character more', `${good}0`],
    ['a character out of the alphabet', `${good.slice(0, -1)}-`],
    ['digits of another script', good.replace('0', '\u0660')],
    ['another case', good.toUpperCase()],
    ['a megabyte', 'hoc_live_'.repeat(116_000)],
  ])('%s is no token', (_case, text) => {
    expect(parseToken(text)).toBeNull();
  });

  test('no text at all makes it throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 120 }), fc.stringMatching(/^hoc_(live|op)_[\w\ud800]{0,60}$/)), (text) => void parseToken(text)));
  });
});
