import { createHmac, createSecretKey } from 'node:crypto';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf, digestsOf } from './digest.ts';
import { keyringLine, parseKeyring } from './keyring.ts';

const parsed = parseKeyring('pepper', ['p1', 'p2'].map((id, index) => keyringLine(id, new Uint8Array(32).fill(index + 1)).reveal()).join(''));
if (!parsed.ok) throw new Error(parsed.problem);
const { ring } = parsed;

test('a digest is HMAC-SHA-256 of the whole token under the pepper, in base64url', () => {
  expect(digestOf(ring.current, 'hoc_live_x')).toBe(createHmac('sha256', Buffer.alloc(32, 2)).update('hoc_live_x').digest('base64url'));
});

test('a token has one digest per pepper, that of the current pepper first', () => {
  const digests = digestsOf(ring, 'hoc_live_x');
  expect(digests).toHaveLength(2);
  expect(digests[0]).toBe(digestOf(ring.current, 'hoc_live_x'));
  expect(new Set(digests).size).toBe(2);
});

test('under one pepper a token has one digest', () => {
  const alone = parseKeyring('pepper', keyringLine('p1', new Uint8Array(32).fill(1)).reveal());
  if (!alone.ok) throw new Error(alone.problem);
  expect(digestsOf(alone.ring, 'hoc_live_x')).toEqual([digestOf(alone.ring.current, 'hoc_live_x')]);
});

test('is the HMAC of every text, however long, whatever was digested before it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.uint8Array({ minLength: 32, maxLength: 32 }), (text, bytes) => {
      const pepper = { id: 'p', key: createSecretKey(bytes) };
      for (const asked of [text, `${text}!`, text, text.slice(0, 1)]) expect(digestOf(pepper, asked)).toBe(createHmac('sha256', bytes).update(asked).digest('base64url'));
    }),
  );
});

test.each([1, 32, 63, 64])('is the HMAC under a key of %s bytes', (length) => {
  const bytes = Uint8Array.from({ length }, (_, at) => 255 - at);
  expect(digestOf({ id: 'p', key: createSecretKey(bytes) }, 'hoc_live_x')).toBe(createHmac('sha256', bytes).update('hoc_live_x').digest('base64url'));
});

test('a key that does not fit into a block is refused, and not cut short', () => {
  expect(() => digestOf({ id: 'p', key: createSecretKey(new Uint8Array(65)) }, 'hoc_live_x')).toThrow(new RangeError('a key of 65 bytes does not fit into a block'));
});

test.each([127, 128, 129, 5000])('is the HMAC of %s characters, each of three bytes', (length) => {
  const [text, bytes] = ['\u20ac'.repeat(length), new Uint8Array(32).fill(length)];
  expect(digestOf({ id: 'p', key: createSecretKey(bytes) }, text)).toBe(createHmac('sha256', bytes).update(text).digest('base64url'));
});

test('shows nothing of the key to those who look at what digests are made with', () => {
  digestOf(ring.current, 'hoc_live_x');
  expect(inspect(ring, { showHidden: true, depth: 9 })).not.toContain('02 02');
});
