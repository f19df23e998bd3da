import { createHmac } from 'node:crypto';
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
