/** One way of doing the work that is compared. */
export interface Contender {
  readonly name: string;
  /** Does the work `iterations` times, one after the other or side by side: that is part of what is compared. */
  run(iterations: number): Promise<void>;
}

export interface RoundsOptions {
  readonly rounds: number;
  /** Operations per contender and round. */
  readonly iterations: number;
  /** Rounds whose times are thrown away: the first ones measure the compiler. Default 3. */
  readonly warmUpRounds?: number;
  /** Plays each turn, or plays it again. Default: once. */
  readonly turns?: { play<Found>(turn: () => Promise<Found>): Promise<Found> };
}

/** The times of one contender: microseconds per operation, one number per round, in the order of the rounds. */
export interface Measured {
  readonly name: string;
  readonly microseconds: readonly number[];
}

/**
 * Measures contenders in turns within one process, so that whatever disturbs the machine disturbs all of them. Who
 * begins changes from round to round.
 */
export async function interleavedRounds(
  contenders: readonly Contender[],
  { rounds, iterations, warmUpRounds = 3, turns = ONCE }: RoundsOptions,
): Promise<readonly Measured[]> {
  const times = await inTurns(contenders.map((contender) => () => turns.play(() => microsecondsPerOperation(contender, iterations))), { rounds, warmUpRounds });
  return contenders.map(({ name }, index) => ({ name, microseconds: times[index] ?? [] }));
}

const ONCE: NonNullable<RoundsOptions['turns']> = { play: (turn) => turn() };

/** What each contender found in each round that counts, in the order of the contenders. Who begins changes from round to round. */
export async function inTurns<Found>(
  contenders: readonly (() => Promise<Found>)[],
  { rounds, warmUpRounds }: { readonly rounds: number; readonly warmUpRounds: number },
): Promise<readonly (readonly Found[])[]> {
  const found = contenders.map((): Found[] => []);
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const index = (turn + Math.abs(round)) % contenders.length;
      const value = await (contenders[index] as () => Promise<Found>)(); // below their number
      if (round >= 0) found[index]?.push(value);
    }
  }
  return found;
}

async function microsecondsPerOperation({ run }: Contender, iterations: number): Promise<number> {
  const begun = process.hrtime.bigint();
  await run(iterations);
  return Number(process.hrtime.bigint() - begun) / 1000 / iterations;
}

/** The middle of some numbers, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  /** The quarter points: half of all rounds lie between them. */
  readonly lower: number;
  readonly upper: number;
  readonly min: number;
  readonly max: number;
}

/** Throws where there is nothing to sum up: a benchmark that measured nothing has no result. */
export function spreadOf(numbers: readonly number[]): Spread {
  if (numbers.length === 0) throw new RangeError('no rounds were measured');
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  return { median: at(0.5), lower: at(0.25), upper: at(0.75), min: at(0), max: at(1) };
}

/** One number per round, made of what two contenders took in it: a difference, a ratio. */
export const roundByRound = (one: Measured, other: Measured, combine: (one: number, other: number) => number): readonly number[] =>
  one.microseconds.map((microseconds, round) => combine(microseconds, other.microseconds[round] as number));

/** `12.34 (11.90 to 12.80, at most 15.10)` */
export const written = ({ median, lower, upper, min, max }: Spread): string =>
  `median ${median.toFixed(2)}, half of the rounds ${lower.toFixed(2)} to ${upper.toFixed(2)}, all ${min.toFixed(2)} to ${max.toFixed(2)}`;
