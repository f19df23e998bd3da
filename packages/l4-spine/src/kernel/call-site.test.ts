import { expect, test } from 'vitest';
import { callSite } from './call-site.ts';

const define = (): string => callSite();

test('a place is the file and the line of whoever called the function that asks', () => {
  const [here, nextLine] = [define(),
    define()];
  expect(here).toMatch(/call-site\.test\.ts:\d+$/);
  const lineOf = (place: string): number => Number(place.split(':').at(-1));
  expect(lineOf(nextLine)).toBe(lineOf(here) + 1);
});

test('a place that nobody called from is told as unknown, and is no error', async () => {
  // A microtask stands alone on the stack.
  expect(await Promise.resolve().then(callSite)).toBe('an unknown place');
});
