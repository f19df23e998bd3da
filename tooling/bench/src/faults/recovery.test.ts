import { expect, test } from 'vitest';
import { recoveryMs } from './recovery.ts';

/** Ten buckets are a second. */
const line = (right: readonly number[], unavailable: readonly number[] = []) => ({ startedAt: 1000, bucketMs: 100, right, unavailable, broken: [] });
const seconds = (...rates: readonly number[]): readonly number[] => rates.flatMap((rate) => Array.from({ length: 10 }, () => rate));

test('recovery is from the end of a fault to the beginning of the first second at full rate', () => {
  expect(recoveryMs(line(seconds(100, 0, 0, 100)), 3000, 1000)).toBe(1000);
  // A fault that nothing came of is recovered from at once.
  expect(recoveryMs(line(seconds(100, 100, 100)), 2000, 1000)).toBe(0);
});

test('a second with a 503 in it is not one at full rate, whatever else was answered', () => {
  const unavailable = Array.from({ length: 40 }, (_, bucket) => (bucket === 15 ? 1 : 0));
  expect(recoveryMs(line(seconds(100, 200, 100, 100), unavailable), 2000, 1000)).toBe(600);
});

test('whoever never comes back has no recovery', () => {
  expect(recoveryMs(line(seconds(100, 0, 50, 50)), 2000, 1000)).toBeNull();
  expect(recoveryMs(line([]), 2000, 1000)).toBeNull();
});
