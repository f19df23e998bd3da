import { afterEach, expect, test, vi } from 'vitest';
import { retrying } from './retry.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const contended = { classify: (): 'RETRY' => 'RETRY' };

/** How long it takes until the work is given up, where chance says `random` each time. */
async function patience(random: number): Promise<number> {
  vi.spyOn(Math, 'random').mockReturnValue(random);
  const started = performance.now();
  await expect(retrying(contended, () => Promise.reject(new Error('again')))).rejects.toThrow('again');
  return performance.now() - started;
}

test('between the attempts is a pause that doubles and is drawn at random: up to 20, 40 and 80 ms', async () => {
  expect(await patience(0)).toBeLessThan(100);
  const longest = await patience(1);
  // Timers are late, and by a fraction of a millisecond early.
  expect(longest).toBeGreaterThan(135);
  expect(longest).toBeLessThan(1000);
});

test('what storage says nothing good of is not tried again', async () => {
  let tries = 0;
  const failing = (): Promise<never> => {
    tries += 1;
    return Promise.reject(new Error('no'));
  };
  for (const meaning of ['OUTAGE', 'BUG'] as const) await expect(retrying({ classify: () => meaning }, failing)).rejects.toThrow('no');
  expect(tries).toBe(2);
});
