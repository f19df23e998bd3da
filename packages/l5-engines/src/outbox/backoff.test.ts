import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

describe('the wait after a failed attempt', () => {
  test.each([[1, 500, 1000], [2, 1000, 2000], [3, 2000, 4000], [12, 1_024_000, 2_048_000], [13, 1_800_000, 3_600_000], [1000, 1_800_000, 3_600_000]])(
    'after attempt %i: from %i to %i ms',
    (attempts, shortest, longest) => {
      expect(backoffMs(attempts, 0)).toBe(shortest);
      expect(backoffMs(attempts, 1)).toBe(longest);
    },
  );

  test('never shrinks below half of what it is at most, never exceeds an hour, and never gets shorter with the attempts', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, random) => {
        const wait = backoffMs(attempts, random);
        expect(wait).toBeGreaterThanOrEqual(500);
        expect(wait).toBeLessThanOrEqual(3_600_000);
        expect(backoffMs(attempts + 1, random)).toBeGreaterThanOrEqual(wait);
      }),
    );
  });
});
