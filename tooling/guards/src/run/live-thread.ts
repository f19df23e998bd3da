import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LiveRegistry } from '../ownership/live-registry.ts';

/** Whose `live` of which configuration is asked. Plain data. */
export interface LiveQuestion {
  readonly root: string;
  /** The configuration, from the root. */
  readonly path: string;
  readonly guard: 'ownership' | 'coverage';
}

/**
 * Asks the composed application what it has registered, in a thread of its own: it takes its time beside the reading of the tree, and
 * whatever it leaves open or changes ends with the thread.
 */
export async function askLive(question: LiveQuestion): Promise<LiveRegistry> {
  // Beside this file, which is TypeScript here and JavaScript once it is published.
  const worker = new Worker(new URL(`../../bin/live-worker${extname(import.meta.filename)}`, import.meta.url), { workerData: question });
  try {
    return await new Promise<LiveRegistry>((resolve, reject) => {
      // What the configuration's own function gave.
      worker.once('message', (live: LiveRegistry | undefined) => {
        if (live === undefined) reject(new Error(`${question.guard}.live gave nothing`));
        else resolve(live);
      });
      worker.once('error', (error) => reject(error instanceof Error ? error : new Error(String(error))));
      worker.once('exit', () => reject(new Error(`${question.guard}.live has ended without an answer`)));
    });
  } finally {
    await worker.terminate();
  }
}
