import { getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { orAborted, withinDeadline } from './deadline.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('nothing waits for the deadline of work that is over', async () => {
  vi.useFakeTimers();
  await withinDeadline(60_000, async () => 'done');
  await expect(withinDeadline(60_000, () => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
  expect(vi.getTimerCount()).toBe(0);
});

test('the signal comes when the time is up', async () => {
  const work = (signal: AbortSignal): Promise<string> => new Promise((resolve) => signal.addEventListener('abort', () => resolve('left')));
  expect(await withinDeadline(10, work)).toBe('left');
});

test('the signal comes when the work is over too, so that what still waits ends', async () => {
  let kept: AbortSignal | null = null;
  const work = async (signal: AbortSignal): Promise<string> => {
    kept = signal;
    return 'done';
  };
  expect(await withinDeadline(60_000, work)).toBe('done');
  expect(kept).toMatchObject({ aborted: true });
});

test('work that does not listen is left; what it does later harms nobody', async () => {
  const controller = new AbortController();
  const { promise, reject } = Promise.withResolvers<string>();
  const left = orAborted(promise, controller.signal);
  controller.abort();
  await expect(left).rejects.toThrow('aborted');
  reject(new Error('too late'));
  await expect(orAborted(new Promise(() => undefined), AbortSignal.abort())).rejects.toThrow('aborted');
});

test('work that ends before gives what it gives', async () => {
  const { signal } = new AbortController();
  expect(await orAborted(Promise.resolve('value'), signal)).toBe('value');
  expect(await orAborted(new Promise((resolve) => setImmediate(resolve, 'later')), signal)).toBe('later');
  await expect(orAborted(Promise.reject(new Error('its own')), signal)).rejects.toThrow('its own');
  // Nothing of it is left at the signal.
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
