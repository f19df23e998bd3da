import { expect, test } from 'vitest';
import { ticksOf } from './ticks.ts';

test.each([
  [128, 60_000, 1, 60_000],
  [1_000_000, 128, 1, 128],
  [129, 129, 2, 130],
  [1000, 12_800, 100, 12_899],
  [1000, 60_000, 469, 60_468],
  [1_000_000_000, 2_678_400_000, 20_925_000, 2_699_324_999],
])('a sliding window of %d in %d ms is counted in ticks of %d ms, each for %d ms', (limit, windowMs, tickMs, spanMs) => {
  expect(ticksOf('SLIDING', limit, windowMs)).toStrictEqual({ tickMs, spanMs });
});

test('never more than 130 ticks count at once, and a taking counts for the window from the last millisecond of its tick', () => {
  for (let windowMs = 100; windowMs < 2_678_400_000; windowMs = Math.ceil(windowMs * 1.07)) {
    const { tickMs, spanMs } = ticksOf('SLIDING', 1_000_000, windowMs);
    expect(spanMs).toBe(windowMs + tickMs - 1);
    expect(Math.floor((spanMs - 1) / tickMs) + 1).toBeLessThanOrEqual(130);
  }
});

test('a fixed window is one tick', () => {
  expect(ticksOf('FIXED', 5, 1234)).toStrictEqual({ tickMs: 1234, spanMs: 1234 });
});
