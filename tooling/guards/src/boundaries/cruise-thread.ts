import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CruiseAnswers, CruiseJob } from './cruise-job.ts';

type Reply = { readonly id: number; readonly answer: never } | { readonly id: number; readonly fault: string };

/** A thread of its own for dependency-cruiser, started with the first job: loading it alone takes a third of a second. */
export class CruiseThread {
  #worker: Worker | undefined;
  #next = 0;
  readonly #open: Map<number, { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void }> = new Map();

  ask<Ask extends CruiseJob['ask']>(job: Extract<CruiseJob, { readonly ask: Ask }>): Promise<CruiseAnswers[Ask]> {
    const worker = (this.#worker ??= this.#started());
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window's
      worker.postMessage({ id, job });
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #started(): Worker {
    // Beside this file, which is TypeScript here and JavaScript once it is published.
    const worker = new Worker(new URL(`../../bin/cruise-worker${extname(import.meta.filename)}`, import.meta.url), {
      // Syntax trees come and go by the hundred: with the usual space for what is young they are copied about instead of dropped.
      resourceLimits: { maxYoungGenerationSizeMb: 128 },
    });
    const failAll = (error: Error): void => {
      for (const { reject } of this.#open.values()) reject(error);
      this.#open.clear();
    };
    worker.on('message', (reply: Reply) => {
      const asked = this.#open.get(reply.id);
      this.#open.delete(reply.id);
      if ('fault' in reply) asked?.reject(new Error(reply.fault));
      else asked?.resolve(reply.answer);
    });
    worker.on('error', (error) => failAll(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => failAll(new Error('the thread of dependency-cruiser has ended')));
    return worker;
  }
}
