import { createHmac, hash, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { ringOf } from '../test/vault.ts';
import { digestsOf } from './digest.ts';
import { fingerprintsUnder } from './request-fingerprint.ts';

const REQUEST = '{"input":{"credential":"Winter2026!"}}';

test('a fingerprint is made under a key of the pepper that is of no other use: whoever has it and not the pepper can try no guess', () => {
  const ring = ringOf('pepper', ['p1']);
  const key = Buffer.from(hkdfSync('sha256', ring.current.key, Buffer.alloc(0), 'hoc/idempotency-fingerprint/v1', 32));
  const [fingerprint, ...older] = fingerprintsUnder(ring)(REQUEST);
  expect([fingerprint, older]).toEqual([createHmac('sha256', key).update(REQUEST).digest('base64url'), []]);
  expect([hash('sha256', REQUEST, 'base64url'), ...digestsOf(ring, REQUEST)]).not.toContain(fingerprint);
});

test('what was made under an older pepper is known again, after the current one', () => {
  const [before] = fingerprintsUnder(ringOf('pepper', ['p1']))(REQUEST);
  const [current, ...older] = fingerprintsUnder(ringOf('pepper', ['p1', 'p2']))(REQUEST);
  expect(older).toEqual([before]);
  expect(current).not.toBe(before);
});
