import { setTimeout as sleep } from 'node:timers/promises';
import { between, type Random } from '@hoc/testbed/random';

/** Makes one call, whatever becomes of it. */
export type Call = () => Promise<{ readonly decidedMs: number | null }>;

/** A way in which calls come. It ends when the last of them is answered. */
export type Schedule = (call: Call, random: Random) => Promise<void>;

/** One call after the other, by the clock and not by the answers before. */
const steady =
  (everyMs: number, forMs: number): Schedule =>
  async (call) => {
    const begin = performance.now();
    const calls: Promise<unknown>[] = [];
    for (let at = 0; at < forMs; at += everyMs) {
      await sleep(Math.max(0, begin + at - performance.now()));
      calls.push(call());
    }
    await Promise.all(calls);
  };

/** Many at once, then nothing for a while, again and again. */
const bursts =
  (rounds: number): Schedule =>
  async (call, random) => {
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(Array.from({ length: between(random, 5, 40) }, call));
      await sleep(between(random, 50, 900));
    }
  };

/** As many as there is room for, then one call in each millisecond around the instant at which the first of them stops counting. */
const edges =
  (rounds: number): Schedule =>
  async (call) => {
    for (let round = 0; round < rounds; round += 1) {
      const first = await Promise.all(Array.from({ length: 12 }, call));
      const earliest = Math.min(...first.flatMap(({ decidedMs }) => (decidedMs === null ? [] : [decidedMs])));
      const begin = (Number.isFinite(earliest) ? earliest : Date.now()) + 985;
      const calls: Promise<unknown>[] = [];
      for (let at = 0; at < 30; at += 1) {
        // A timer is late by a millisecond or two: they spread by themselves.
        await sleep(Math.max(0, begin + at - Date.now()));
        calls.push(call());
      }
      await Promise.all(calls);
      await sleep(300);
    }
  };

/** For a limit of ten in a second. */
export const SCHEDULES: Readonly<Record<string, Schedule>> = {
  'just under the limit': steady(101, 8000),
  'just over the limit': steady(99, 8000),
  'at five times the limit': steady(20, 6000),
  'in bursts': bursts(12),
  'around the edges of windows': edges(5),
};
