import type { Target } from '@hoc/testbed/https-target';
import { expect } from 'vitest';
import { openHandles } from './open-handles.ts';

/** The targets of one test. */
export class Targets {
  readonly #started: Target[] = [];

  /** Remembers a target, to be closed after the test. */
  async start<T extends Target>(starting: Promise<T>): Promise<T> {
    const target = await starting;
    this.#started.push(target);
    return target;
  }

  /** Closes the targets. INVARIANT of every test: by then the client has closed all of its connections by itself. */
  async close(): Promise<void> {
    const started = this.#started.splice(0);
    try {
      for (const { open } of started) await expect.poll(open, { message: 'a target still has a connection', timeout: 3000 }).toBe(0);
    } finally {
      for (const target of started) await target.close();
    }
    await expect.poll(openHandles, { message: 'this process still has a socket', timeout: 3000 }).toEqual([]);
  }
}
