import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage } from './ports.ts';

const MAX_ATTEMPTS = 4;

/**
 * Does the work once more, up to four times in all, where storage says that nothing was written and the same may
 * succeed now. Whatever else is thrown, and the last such error, is the caller's.
 */
export async function retrying<Value>(storage: Pick<Storage<unknown, unknown, unknown>, 'classify'>, work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || storage.classify(error) !== 'RETRY') throw error;
      // Those who met each other must not meet again: at most 20, 40, 80 ms, at random.
      await sleep(Math.random() * 10 * 2 ** attempt);
    }
  }
}
