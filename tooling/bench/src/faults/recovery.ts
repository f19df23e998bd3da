import type { Timeline } from '../load/plan.ts';

/** A second is at full rate with so much of what was asked in it: questions and seconds do not begin together. */
const FULL = 0.95;
const SECOND_MS = 1000;

/**
 * How long after an instant the first second begins in which the full rate was answered rightly, and nothing else was; null where
 * none does.
 */
export function recoveryMs({ startedAt, bucketMs, right, unavailable, broken }: Timeline, endedAt: number, perSecond: number): number | null {
  const perWindow = SECOND_MS / bucketMs;
  const first = Math.max(0, Math.ceil((endedAt - startedAt) / bucketMs));
  for (let bucket = first; bucket + perWindow <= right.length; bucket += 1) {
    const within = (counts: readonly number[]): number => counts.slice(bucket, bucket + perWindow).reduce((total, count) => total + count, 0);
    if (within(right) >= perSecond * FULL && within(unavailable) + within(broken) === 0) return Math.max(0, startedAt + bucket * bucketMs - endedAt);
  }
  return null;
}
