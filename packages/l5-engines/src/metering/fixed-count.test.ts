import { expect, test } from 'vitest';
import { FixedCount } from './fixed-count.ts';

test('windows begin at multiples of their length since the epoch', () => {
  const count = new FixedCount(1000);
  count.add(1999, 3);
  expect(count.count(1999)).toBe(3);
  expect(count.count(2000)).toBe(0);
  count.add(2000, 2);
  expect(count.untilAtMost(1, 2400)).toBe(600);
  expect(count.untilAtMost(2, 2400)).toBe(0);
});

test('a clock that steps back forgets nothing, and nobody waits longer than a window', () => {
  const count = new FixedCount(1000);
  count.add(500_500, 4);
  expect(count.count(1200)).toBe(4);
  expect(count.untilAtMost(0, 1200)).toBe(800);
  expect(count.count(2000)).toBe(0);
});

test('what was taken is given back in its window alone', () => {
  const count = new FixedCount(1000);
  const mark = count.add(100, 2);
  count.add(200, 3);
  count.giveBack(mark, 2);
  expect(count.count(300)).toBe(3);
  count.add(1100, 1);
  count.giveBack(mark, 3);
  expect(count.count(1100)).toBe(1);
});
