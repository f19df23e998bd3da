import { seeded } from '@hoc/testbed/random';

/** Numbers that are drawn alike for one seed. */
export class Random {
  readonly seed: number;
  readonly #next: () => number;

  /** Draws a seed where none is given; METER_SEED repeats a run that was reported. */
  constructor(seed: number = Number(process.env['METER_SEED'] ?? Math.floor(Math.random() * 2 ** 31))) {
    this.seed = seed;
    this.#next = seeded(seed);
  }

  /** A whole number from 0 up to `below`. */
  below(below: number): number {
    return Math.floor(this.#next() * below);
  }

  chance(share: number): boolean {
    return this.below(1_000_000) < share * 1_000_000;
  }

  pick<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.below(values.length)] ?? values[0];
  }
}
