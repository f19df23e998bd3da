import { expect } from 'vitest';
import type { Ended } from './server-process.ts';

/** The process ended with a code, on one sentence for its operator that has all of these words, and on no stack trace. */
export function expectSentence({ code, signal, stdout, stderr }: Ended, ...words: readonly string[]): void {
  expect({ signal, code, stderr }).toMatchObject({ signal: null, code: 1 });
  expect(stderr).toMatch(/^HOC cannot start: .+[.\w]\n$/);
  expect(stdout + stderr).not.toMatch(/\n\s+at |node:internal|SuppressedError/);
  for (const word of words) expect(stderr).toContain(word);
}
