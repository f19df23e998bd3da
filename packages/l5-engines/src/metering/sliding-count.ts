/** Up to so many admissions are kept one by one; above, by ticks, of which a window has so many. */
const MAX_TICKS = 128;

/**
 * What was admitted in the last window, so that never more than a limit is in any interval of that length. INVARIANT: an admission counts
 * until the end of the tick that it was taken in, and the window, have passed: never shorter than the window, and at most one tick
 * longer. A limit of at most 128 is kept by the instants themselves, and a denial ends with the window exactly.
 * @see docs/METERS.md, Sliding windows
 */
export class SlidingCount {
  readonly #windowMs: number;
  /** Until when the admissions beside it count, rising. */
  readonly #ends: number[] = [];
  readonly #costs: number[] = [];
  #sum = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** How many entries are kept. */
  get size(): number {
    return this.#ends.length;
  }

  /** How much is counted at an instant. Instants never step back. */
  count(nowMs: number): number {
    while ((this.#ends[0] ?? Number.POSITIVE_INFINITY) <= nowMs) {
      this.#ends.shift();
      this.#sum -= this.#costs.shift() ?? 0;
    }
    return this.#sum;
  }

  /** Counts one more admission; answers what to hand to {@link SlidingCount.giveBack}. */
  add(nowMs: number, cost: number, limit: number): number {
    const end = this.#endOfTick(nowMs, limit) + this.#windowMs;
    const last = this.#ends.length - 1;
    const lastEnd = this.#ends[last] ?? Number.NEGATIVE_INFINITY;
    this.#sum += cost;
    // A limit that was lowered, so that its ticks are finer, may find a later end; the longer one is safe.
    if (lastEnd >= end) {
      this.#costs[last] = (this.#costs[last] ?? 0) + cost;
      return lastEnd;
    }
    this.#ends.push(end);
    this.#costs.push(cost);
    return end;
  }

  /** Takes an admission out again; nothing where it has passed meanwhile. */
  giveBack(end: number, cost: number): void {
    const at = this.#ends.lastIndexOf(end);
    if (at < 0) return;
    this.#sum -= cost;
    const left = (this.#costs[at] ?? 0) - cost;
    // What was taken whole leaves no entry, or refusals would fill the memory.
    this.#ends.splice(at, 1, ...(left === 0 ? [] : [end]));
    this.#costs.splice(at, 1, ...(left === 0 ? [] : [left]));
  }

  /** How long until at most `allowed` is counted; 0 where no more is. */
  untilAtMost(allowed: number, nowMs: number): number {
    let sum = this.count(nowMs);
    let wait = 0;
    for (const [at, end] of this.#ends.entries()) {
      if (sum <= allowed) break;
      sum -= this.#costs[at] ?? 0;
      wait = end - nowMs;
    }
    return wait;
  }

  #endOfTick(nowMs: number, limit: number): number {
    if (limit <= MAX_TICKS) return nowMs;
    const tickMs = Math.ceil(this.#windowMs / MAX_TICKS);
    return (Math.floor(nowMs / tickMs) + 1) * tickMs;
  }
}
