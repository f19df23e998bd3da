import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SlidingCount } from './sliding-count.ts';

/** Admissions as an ideal log has them. */
interface Admission {
  readonly atMs: number;
  readonly cost: number;
}

const countedIn = (log: readonly Admission[], nowMs: number, windowMs: number): number =>
  log.filter(({ atMs }) => atMs + windowMs > nowMs).reduce((sum, { cost }) => sum + cost, 0);

/** Calls in the order of time: how long after the one before, and what each costs. */
const calls = (maxGapMs: number) => fc.array(fc.tuple(fc.integer({ min: 0, max: maxGapMs }), fc.integer({ min: 1, max: 3 })), { maxLength: 400 });

test('a limit of at most 128 decides as an ideal log does, to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 128 }), fc.integer({ min: 100, max: 2000 }), calls(60), (limit, windowMs, gaps) => {
      const count = new SlidingCount(windowMs);
      const log: Admission[] = [];
      let nowMs = 17.5;
      for (const [gap, cost] of gaps) {
        nowMs += gap;
        const counted = countedIn(log, nowMs, windowMs);
        expect(count.count(nowMs)).toBe(counted);
        if (counted + cost > limit) continue;
        count.add(nowMs, cost, limit);
        log.push({ atMs: nowMs, cost });
      }
    }),
  );
});

test('a higher limit admits no more than a log would, and denies at most one tick longer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 129, max: 400 }), fc.integer({ min: 129, max: 5000 }), calls(20), (limit, windowMs, gaps) => {
      const tickMs = Math.ceil(windowMs / 128);
      const count = new SlidingCount(windowMs);
      const log: Admission[] = [];
      let nowMs = 0;
      for (const [gap, cost] of gaps) {
        nowMs += gap;
        const counted = count.count(nowMs);
        expect(counted).toBeGreaterThanOrEqual(countedIn(log, nowMs, windowMs));
        expect(counted).toBeLessThanOrEqual(countedIn(log, nowMs - tickMs, windowMs));
        if (counted + cost > limit) continue;
        count.add(nowMs, cost, limit);
        log.push({ atMs: nowMs, cost });
      }
    }),
  );
});

describe('what is kept', () => {
  test('is at most 130 ticks, whatever the limit and however many calls', () => {
    const count = new SlidingCount(60_000);
    for (let nowMs = 0; nowMs < 120_000; nowMs += 7) {
      count.count(nowMs);
      count.add(nowMs, 1, 1_000_000);
      expect(count.size).toBeLessThanOrEqual(130);
    }
    expect(count.size).toBeGreaterThan(100);
  });

  test('is nothing once the window has passed', () => {
    const count = new SlidingCount(1000);
    count.add(0, 5, 10);
    expect(count.count(999)).toBe(5);
    expect(count.count(1000)).toBe(0);
  });

  test('is kept by instants up to a limit of 128, and by ticks above', () => {
    const count = new SlidingCount(12_800);
    expect(count.add(10, 1, 128)).toBe(12_810);
    expect(count.add(20, 1, 129)).toBe(12_900);
  });

  test('stays counted when the limit is lowered, and its ticks become finer', () => {
    const count = new SlidingCount(12_800);
    count.add(10, 100, 1000);
    expect(count.add(20, 1, 10)).toBe(100 + 12_800);
    expect(count.count(12_899)).toBe(101);
    expect(count.count(12_900)).toBe(0);
  });
});

describe('giving back', () => {
  test('takes out what was counted, and nothing else', () => {
    const count = new SlidingCount(1000);
    const mark = count.add(0, 2, 10);
    count.add(0, 3, 10);
    count.add(5, 4, 10);
    count.giveBack(mark, 2);
    expect(count.count(5)).toBe(7);
    count.giveBack(mark, 3);
    expect(count.size).toBe(1);
    expect(count.count(1004)).toBe(4);
    expect(count.count(1005)).toBe(0);
  });

  test('leaves nothing behind: what is refused in the end fills no memory', () => {
    const count = new SlidingCount(1000);
    for (let nowMs = 0; nowMs < 900; nowMs += 1) count.giveBack(count.add(nowMs, 1, 10), 1);
    expect([count.size, count.count(900)]).toEqual([0, 0]);
  });

  test('of what has passed is nothing', () => {
    const count = new SlidingCount(1000);
    const mark = count.add(0, 2, 10);
    expect(count.count(1000)).toBe(0);
    count.add(1000, 1, 10);
    count.giveBack(mark, 2);
    expect(count.count(1000)).toBe(1);
    expect(count.count(1999)).toBe(1);
    expect(count.count(2000)).toBe(0);
  });
});

test('it says when less will be counted', () => {
  const count = new SlidingCount(1000);
  for (const at of [0, 100, 200]) count.add(at, 1, 10);
  expect([3, 2, 1, 0].map((allowed) => count.untilAtMost(allowed, 300))).toEqual([0, 700, 800, 900]);
});
