import { expect, test } from 'vitest';
import { rateLimits, rateLimitShape } from './rate-limits.ts';

const LIMIT = { name: 'per-second', limit: 10, windowMs: 1000 } as const;

test('a limit that says no more slides, and is exact', () => {
  expect(rateLimits.parse([LIMIT])).toEqual([{ ...LIMIT, algorithm: 'SLIDING', mode: 'EXACT' }]);
  const said = [{ ...LIMIT, algorithm: 'FIXED', mode: 'LOCAL' }];
  expect(rateLimits.parse(said)).toEqual(said);
  expect(rateLimits.parse([])).toEqual([]);
});

test('what an answer shows is what an input may say', () => {
  for (const limit of rateLimits.parse([LIMIT, { ...LIMIT, name: 'a'.repeat(64), limit: 1_000_000_000, windowMs: 2_678_400_000 }])) expect(rateLimitShape.parse(limit)).toEqual(limit);
});

test.each([
  ['no name', { name: '' }], ['a name in capitals', { name: 'Daily' }], ['a name with a blank', { name: 'a b' }], ['a name of 65 characters', { name: 'a'.repeat(65) }], ['a name with a line break', { name: 'a\n' }],
  ['a limit of nothing', { limit: 0 }], ['a limit beyond a thousand million', { limit: 1_000_000_001 }], ['half a limit', { limit: 1.5 }], ['a limit that is text', { limit: '1' }], ['no number', { limit: Number.NaN }],
  ['a window of 99 ms', { windowMs: 99 }], ['a window of more than 31 days', { windowMs: 2_678_400_001 }], ['an endless window', { windowMs: Number.POSITIVE_INFINITY }],
  ['another algorithm', { algorithm: 'TOKEN_BUCKET' }], ['another mode', { mode: 'exact' }], ['a field that nothing enforces', { burst: 5 }],
])('%s is refused', (_what, change) => {
  expect(rateLimits.safeParse([{ ...LIMIT, ...change }]).success).toBe(false);
});

test('a list holds at most ten limits, each of a name of its own', () => {
  const many = Array.from({ length: 11 }, (_, at) => ({ ...LIMIT, name: `limit-${at}` }));
  expect(rateLimits.safeParse(many.slice(1)).success).toBe(true);
  expect(rateLimits.safeParse(many).success).toBe(false);
  expect(rateLimits.safeParse([LIMIT, { ...LIMIT, limit: 20 }]).success).toBe(false);
});
