import { expect, test } from 'vitest';
import { callSite } from './call-site.ts';

const define = (): string => callSite();

test('a place is the file and the line of whoever called the function that asks', () => {
  expect(define()).toMatch(/call-site\.test\.ts:\d+$/);
});

test('a place that nobody called from is told as unknown, and is no error', async () => {
  // A microtask stands alone on the stack.
  expect(await Promise.resolve().then(callSite)).toBe('an unknown place');
});
