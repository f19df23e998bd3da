/** A sliding window with a greater limit is counted in ticks, of which it has at most so many: so what is stored of it is bounded. */
const MAX_TICKS = 128;

/** How the takings from one rate limit are put together, in milliseconds. */
export interface Ticks {
  /** Ticks begin at multiples of this, since 1970. All takings of a tick are one. */
  readonly tickMs: number;
  /** A taking counts from the beginning of its tick for so long. */
  readonly spanMs: number;
}

/**
 * FIXED: a tick is the window. SLIDING: a millisecond where the limit or the window is small, else a 128th of the window, rounded up. A
 * taking counts for the whole window from the last millisecond of its tick: never shorter than the window, and less than a tick longer.
 * @see docs/METERS.md
 */
export function ticksOf(algorithm: 'SLIDING' | 'FIXED', limit: number, windowMs: number): Ticks {
  if (algorithm === 'FIXED') return { tickMs: windowMs, spanMs: windowMs };
  const tickMs = limit <= MAX_TICKS || windowMs <= MAX_TICKS ? 1 : Math.ceil(windowMs / MAX_TICKS);
  return { tickMs, spanMs: tickMs - 1 + windowMs };
}
