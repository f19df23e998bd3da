import type { Latencies } from './latencies.ts';

/** `p50 1.20, p99 3.40, p99.9 5.10, longest 7.00` */
export const onTheClock = (latencies: Latencies): string =>
  [['p50', 0.5], ['p99', 0.99], ['p99.9', 0.999], ['longest', 1]].map(([name, share]) => `${name} ${latencies.at(Number(share)).toFixed(2)}`).join(', ');
