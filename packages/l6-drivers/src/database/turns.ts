import { OutageError } from './outage.ts';

/** One after the other, in the order of asking; who waits too long is told so and loses the place. */
export class Turns {
  readonly #timeoutMs: number;
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Waits for the turn. Answers what ends it, which may be called more than once.
   * @throws OutageError where the turn did not come in time
   */
  async take(): Promise<() => void> {
    if (this.#isTaken) await this.#wait();
    this.#isTaken = true;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#isTaken = false;
      else next();
    };
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(start), 1);
        reject(new OutageError(`the database was busy for ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      this.#waiting.push(start);
    });
  }
}
