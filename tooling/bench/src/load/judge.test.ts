import { expect, test } from 'vitest';
import { judgeTrivial, judgeVerdict } from './judge.ts';

const answer = (status: number, value: object | string, head = '') => ({ status, head: `HTTP/1.1 ${status} x\r\ncontent-length: 1${head}`, body: typeof value === 'string' ? value : JSON.stringify(value) });
const valid = { code: 'VALID', keyId: 'key_1', tenantId: 'tnt_1' };
const outcome = (...judged: Parameters<typeof judgeVerdict>): string => judgeVerdict(...judged).outcome;

test('the right verdict on the right key is right', () => {
  expect(judgeVerdict(answer(200, { valid: true, ...valid, permissions: [] }), valid)).toEqual({ outcome: 'RIGHT', code: 'VALID' });
  expect(outcome(answer(200, { valid: false, code: 'NOT_FOUND' }), { code: 'NOT_FOUND', keyId: null, tenantId: null })).toBe('RIGHT');
  // A peer says no more than whether.
  expect(outcome(answer(200, { valid: false }), { code: 'INVALID', keyId: null, tenantId: null })).toBe('RIGHT');
});

test.each([
  ['another verdict', { valid: false, code: 'REVOKED', keyId: 'key_1', tenantId: 'tnt_1' }],
  ['a verdict that valid contradicts', { ...valid, valid: false }],
  ['another key', { valid: true, ...valid, keyId: 'key_2' }],
  ['another tenant', { valid: true, ...valid, tenantId: 'tnt_2' }],
  ['no key', { valid: true, code: 'VALID' }],
  ['no JSON', 'VALID'],
  ['null', 'null'],
])('%s is wrong', (_, value) => {
  expect(outcome(answer(200, value), valid)).toBe('WRONG');
});

test('a key that does not exist must not be named', () => {
  expect(outcome(answer(200, { valid: false, code: 'NOT_FOUND', keyId: 'key_1' }), { code: 'NOT_FOUND', keyId: null, tenantId: null })).toBe('WRONG');
});

test('503 is no verdict, and honest only with Retry-After; 401, 429 and 500 are wrong', () => {
  expect(outcome(answer(503, {}, '\r\nretry-after: 1'), valid)).toBe('UNAVAILABLE');
  expect(outcome(answer(503, {}), valid)).toBe('WRONG');
  for (const status of [401, 404, 429, 500]) expect(outcome(answer(status, {}), valid)).toBe('WRONG');
});

test('a metered verdict is right only where the key was VALID otherwise, and the plan expects it', () => {
  const exhausted = answer(200, { valid: false, code: 'CREDITS_EXHAUSTED', keyId: 'key_1', tenantId: 'tnt_1' });
  expect(outcome(exhausted, valid)).toBe('WRONG');
  expect(outcome(exhausted, valid, ['CREDITS_EXHAUSTED'])).toBe('RIGHT');
  expect(outcome(exhausted, { ...valid, code: 'FROZEN' }, ['CREDITS_EXHAUSTED'])).toBe('WRONG');
});

test('the trivial route answers 200', () => {
  expect(judgeTrivial(answer(200, {})).outcome).toBe('RIGHT');
  expect(judgeTrivial(answer(503, {}, '\r\nretry-after: 1')).outcome).toBe('WRONG');
});
