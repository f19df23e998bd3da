import { describe, expect, test } from 'vitest';
import { bearerToken } from './bearer.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { requestIdOf } from './request-id.ts';

describe('Authorization', () => {
  test.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   hoc_op_x-._~+/==  ', 'hoc_op_x-._~+/=='],
    [undefined, null],
    ['', null],
    ['Bearer', null],
    ['Bearer ', null],
    ['Basic abc', null],
    ['Bearer a b', null],
    ['Bearer\tabc', null],
    ['Bearer ä', null],
    ['Bearerabc', null],
  ])('%j holds the token %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });
});

describe('Idempotency-Key', () => {
  test.each(['k', '!', '~', 'a'.repeat(255), '0f8fad5b-d9cb-469f-a165-70867728950e'])('%j is one', (header) => {
    expect(idempotencyKeyOf(header)).toEqual({ ok: true, key: header });
  });
  test.each(['', ' ', 'a b', 'a, a', 'ä', '\u007f', 'a'.repeat(256)])('%j is refused', (header) => {
    expect(idempotencyKeyOf(header).ok).toBe(false);
  });
  test('may be absent', () => {
    expect(idempotencyKeyOf(undefined)).toEqual({ ok: true, key: undefined });
  });
});

describe('X-Request-Id', () => {
  test('of a caller is kept where it is 1 to 128 visible ASCII characters', () => {
    for (const sent of ['t', 'a'.repeat(128), 'trace/7:1']) expect(requestIdOf({ headers: { 'x-request-id': sent } })).toBe(sent);
  });
  test.each(['', 'a b', 'a'.repeat(129), 'ä', 'a\u0000'])('%j is replaced by a fresh one', (sent) => {
    expect(requestIdOf({ headers: { 'x-request-id': sent } })).toMatch(/^[0-9a-f-]{36}$/);
  });
  test('is never the same twice where nobody sends one', () => {
    expect(requestIdOf({ headers: {} })).not.toBe(requestIdOf({ headers: {} }));
  });
});
