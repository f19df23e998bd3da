import type { Random } from '@hoc/testbed/random';

/** Which of `count` things is asked for next. */
export type Choice = () => number;

export const uniform = (count: number, random: Random): Choice => () => Math.floor(random() * count);

/** That of YCSB: with a million things, the first gets 6.5 % and the first hundred a third. */
const EXPONENT = 0.99;
/** A prime that divides none of the counts in use: neighbours in rank are no neighbours in the table. */
const STRIDE = 7_368_787;

/**
 * Ranks by Zipf's law, spread over all things.
 * Source: Gray et al., Quickly Generating Billion-Record Synthetic Databases, SIGMOD 1994, as in YCSB's ZipfianGenerator.
 */
export function zipf(count: number, random: Random): Choice {
  const total = zeta(count);
  const alpha = 1 / (1 - EXPONENT);
  const eta = (1 - (2 / count) ** (1 - EXPONENT)) / (1 - zeta(2) / total);
  const rank = (): number => {
    const draw = random();
    if (draw * total < 1) return 0;
    if (draw * total < 1 + 0.5 ** EXPONENT) return Math.min(1, count - 1);
    return Math.min(count - 1, Math.floor(count * (eta * draw - eta + 1) ** alpha));
  };
  return () => (rank() * STRIDE) % count;
}

function zeta(count: number): number {
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) sum += 1 / rank ** EXPONENT;
  return sum;
}
