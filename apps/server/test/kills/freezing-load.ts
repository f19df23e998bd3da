import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../http/client.ts';
import type { Serving } from '../process/server-process.ts';

/** Freezes and unfreezes a key, over and over, whatever becomes of the server. */
export class FreezingLoad {
  /** Request ids of the writes that were answered 200. */
  readonly answered: string[] = [];
  #isOver = false;
  #url: string;
  readonly #running: Promise<void>;

  constructor(url: string, token: string, keyId: string) {
    this.#url = url;
    this.#running = this.#run(token, keyId);
  }

  moveTo({ url }: Serving): void {
    this.#url = url;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(token: string, keyId: string): Promise<void> {
    for (let n = 0; !this.#isOver; n += 1) {
      const requestId = `load-${n}`;
      // A write whose answer got lost may have been done: then the next one of its kind is refused, and tells nothing.
      const step = n % 2 === 0 ? 'freeze' : 'unfreeze';
      const answer = await new Client(this.#url, token).post(`/v1/api-keys/${keyId}/${step}`, { reason: 'load' }, { requestId }).catch(() => null);
      if (answer?.status === 200) this.answered.push(requestId);
      await sleep(100);
    }
  }
}
