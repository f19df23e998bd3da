import { expect, test } from 'vitest';
import { isDeeperThan } from './json-body.ts';

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

test('depth is counted in arrays and objects', () => {
  expect(isDeeperThan('a', 0)).toBe(false);
  expect(isDeeperThan({}, 0)).toBe(true);
  expect(isDeeperThan({ a: [{}] }, 3)).toBe(false);
  expect(isDeeperThan({ a: [{}] }, 2)).toBe(true);
  expect(isDeeperThan([1, [2], 3], 2)).toBe(false);
});

test('no depth that fits into a body overflows the stack', () => {
  expect(isDeeperThan(nested(32_000), 64)).toBe(true);
  expect(isDeeperThan(nested(32_000), 32_000)).toBe(false);
});
