import { expect, test } from 'vitest';
import { seeded } from '@hoc/testbed/random';
import { uniform, zipf } from './zipf.ts';

const DRAWS = 200_000;

function counted(choose: () => number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const chosen = choose();
    counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
  }
  return counts;
}

test.each([1, 2, 10, 1000])('by Zipf\'s law, all chosen are among %i things', (count) => {
  for (const chosen of counted(zipf(count, seeded(1))).keys()) expect(chosen >= 0 && chosen < count && Number.isInteger(chosen)).toBe(true);
});

test('by Zipf\'s law, the second is asked for half as often as the first, the tenth a tenth', () => {
  const counts = [...counted(zipf(10_000, seeded(1))).values()].toSorted((a, b) => b - a);
  const [first = 0, second = 0] = counts;
  expect(first / second).toBeGreaterThan(1.8);
  expect(first / second).toBeLessThan(2.2);
  expect(first / (counts[9] ?? 0)).toBeGreaterThan(8);
  expect(first / (counts[9] ?? 0)).toBeLessThan(12);
});

test('evenly, nothing is asked for much more often than anything else', () => {
  const counts = [...counted(uniform(100, seeded(1))).values()];
  expect(counts.length).toBe(100);
  expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.3);
});
