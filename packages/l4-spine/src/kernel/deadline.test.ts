import { expect, test, vi } from 'vitest';
import { DeadlineExceeded, within } from './deadline.ts';

test('work that settles in time settles as itself', async () => {
  await expect(within(1000, 'the work', Promise.resolve(7))).resolves.toBe(7);
  const error = new Error('its own');
  await expect(within(1000, 'the work', Promise.reject(error))).rejects.toBe(error);
});

test('work that does not settle is given up, by name', async () => {
  const given = await within(5, 'the work', new Promise(() => {})).catch((error: unknown) => error);
  expect(given).toBeInstanceOf(DeadlineExceeded);
  expect(String(given)).toBe('DeadlineExceeded: the work took longer than 5 ms');
});

test('work that fails after it was given up takes nothing down', async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  await expect(within(5, 'the work', promise)).rejects.toThrow(DeadlineExceeded);
  reject(new Error('too late'));
  // An unhandled rejection would fail this run.
  await new Promise((resolve) => { setTimeout(resolve, 5); });
});

test('a deadline that was kept leaves no timer behind', async () => {
  vi.useFakeTimers();
  try {
    await within(1000, 'the work', Promise.resolve(7));
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
