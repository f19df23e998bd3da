const FIRST_MS = 100;
const LONGEST_MS = 30_000;
/** A worker that has served for so long did not die of its start. */
const STEADY_MS = 60_000;

/** How long to wait before another worker takes the place of one that died: twice as long each time that one dies young. */
export class Backoff {
  #inARow = 0;

  /** The wait after a worker that has served for `servedMs`; 0 for one that never came to it. */
  after(servedMs: number): number {
    this.#inARow = servedMs >= STEADY_MS ? 1 : this.#inARow + 1;
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#inARow - 1));
  }
}
