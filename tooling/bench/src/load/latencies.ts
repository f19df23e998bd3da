import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

const LONGEST_MICROSECONDS = 120_000_000;

/** How long answers took, in microseconds, exact to three digits. Two minutes stand for all that is longer. */
export class Latencies {
  readonly #histogram: Histogram;

  private constructor(histogram: Histogram) {
    this.#histogram = histogram;
  }

  static empty(): Latencies {
    return new Latencies(build({ lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_MICROSECONDS, numberOfSignificantValueDigits: 3, useWebAssembly: false }));
  }

  /** @param text what `toText` wrote, in this process or another */
  static fromText(text: string): Latencies {
    return new Latencies(decodeFromCompressedBase64(text));
  }

  record(milliseconds: number): void {
    this.#histogram.recordValue(Math.min(LONGEST_MICROSECONDS, Math.max(1, Math.round(milliseconds * 1000))));
  }

  reset(): void {
    this.#histogram.reset();
  }

  /** The milliseconds that this share of all answers did not exceed: 0.99 for the 99th percentile. */
  at(share: number): number {
    return this.#histogram.getValueAtPercentile(share * 100) / 1000;
  }

  toText(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }
}
