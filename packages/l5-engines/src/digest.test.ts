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

test('is the HMAC of every text, however long, whatever was digested before it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.uint8Array({ minLength: 32, maxLength: 32 }), (text, bytes) => {
      const pepper = { id: 'p', key: createSecretKey(bytes) };
      for (const asked of [text, `${text}!`, text, text.slice(0, 1)]) expect(digestOf(pepper, asked)).toBe(createHmac('sha256', bytes).update(asked).digest('base64url'));
    }),
  );
});

test('shows nothing of the key to those who look at what digests are made with', () => {
  digestOf(ring.current, 'hoc_live_x');
  expect(inspect(ring, { showHidden: true, depth: 9 })).not.toContain('02 02');
});
