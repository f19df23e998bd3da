import { DatabaseSync } from 'node:sqlite';
import { Refusal, wordsOf } from './refusal.ts';

/**
 * Takes a file for this process alone, or refuses. It is an exclusive transaction on a small SQLite database: the operating
 * system lets go of it when the process ends, by `kill -9` too.
 * @returns gives it back
 */
export function takeLock(file: string): () => void {
  const lock = new DatabaseSync(file);
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (!/locked|busy/.test(wordsOf(error))) throw error;
    throw new Refusal('Another close or verify of this repository is running.', 'Wait until it has ended, and try again.');
  }
  return () => lock.close();
}
