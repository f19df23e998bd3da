/** What was admitted in the present window, of those that begin at multiples of their length since the Unix epoch. @see docs/METERS.md, Fixed windows */
export class FixedCount {
  readonly #windowMs: number;
  #beginMs = 0;
  #sum = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** How much is counted at an instant. A clock that stepped back finds what was counted, in the window that it is in now. */
  count(nowMs: number): number {
    const begin = Math.floor(nowMs / this.#windowMs) * this.#windowMs;
    if (begin > this.#beginMs) this.#sum = 0;
    this.#beginMs = begin;
    return this.#sum;
  }

  /** Counts one more admission; answers what to hand to {@link FixedCount.giveBack}. */
  add(nowMs: number, cost: number): number {
    this.count(nowMs);
    this.#sum += cost;
    return this.#beginMs;
  }

  /** Takes an admission out again; nothing where its window has ended meanwhile. */
  giveBack(beginMs: number, cost: number): void {
    if (beginMs === this.#beginMs) this.#sum = Math.max(0, this.#sum - cost);
  }

  /** How long until at most `allowed` is counted; 0 where no more is. */
  untilAtMost(allowed: number, nowMs: number): number {
    return this.count(nowMs) <= allowed ? 0 : this.#beginMs + this.#windowMs - nowMs;
  }
}
