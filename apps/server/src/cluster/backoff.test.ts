import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';

test('a worker that dies for the first time is replaced at once, near enough; one that dies young again and again after ever longer waits, up to half a minute', () => {
  const backoff = new Backoff();
  expect(Array.from({ length: 11 }, () => backoff.after(0))).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
});

test('a worker that had served for a minute is replaced at once again, whatever came before it', () => {
  const backoff = new Backoff();
  for (let died = 0; died < 8; died += 1) backoff.after(59_999);
  expect([backoff.after(60_000), backoff.after(0)]).toEqual([100, 200]);
});
