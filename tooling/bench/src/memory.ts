import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from './command.ts';
import { Driver, sound } from './load/driver.ts';
import { fill } from './load/load-keys.ts';
import type { Asking, Plan } from './load/plan.ts';
import { tenantsFor } from './load/tenants-for.ts';
import { spreadOf } from './rounds.ts';
import { installationFor } from './servers/installation.ts';
import type { ServerProcess } from './servers/server-process.ts';

const PROBE = fileURLToPath(new URL('../bin/memory-probe.ts', import.meta.url));
const MEGABYTE = 1024 * 1024;
/** Over a million tokens this is four bytes of each: nobody can keep a token, or a hash of it, in less. */
const FLAT_WITHIN = 4 * MEGABYTE;
/** What is counted in memory is written to the database by then. */
const SETTLE_MS = 4000;

/** What a server holds after very many requests. */
export const memory: Command = {
  summary: 'Memory of a server over an hour of requests, faster than in an hour, and over a million distinct unknown tokens.',
  options: {
    requests: { meaning: 'verifications in all: an hour at 1000 a second', default: '3600000' },
    unknown: { meaning: 'distinct tokens that nobody issued, each asked for once', default: '1000000' },
    keys: { meaning: 'keys in the database', default: '100000' },
    samples: { meaning: 'looks at the memory in each of the two parts', default: '12' },
  },
  run: async (said) => {
    const keys = said.number('keys');
    const installation = await installationFor({ tenants: tenantsFor(keys) });
    const driver = new Driver();
    try {
      const { folder } = await fill(installation, keys, { unknown: said.number('unknown') });
      const server = await installation.startServer({ nodeArgs: ['--expose-gc', '--import', PROBE], hasChannel: true });
      const asking: Extract<Asking, { kind: 'VERIFY' }> = {
        kind: 'VERIFY', path: '/int/v1/keys/verify', authorization: `Bearer ${installation.gatewayToken}`, population: folder, distribution: 'ZIPF', unknownShare: 0.05, malformedShare: 0.01,
      };
      const plan: Plan = { name: 'memory', targets: [server.target], connections: 64, loop: { kind: 'CLOSED' }, warmUpMs: 2000, measureMs: 3000, seed: 1, asking };
      const { perSecond } = sound(await driver.run(plan));
      const part = (more: Partial<typeof asking>, requests: number): Promise<Part> => sampled(driver, server, { ...plan, asking: { ...asking, ...more } }, { requests, samples: said.number('samples'), perSecond });
      const ofHour = await part({}, said.number('requests'));
      const ofUnknown = await part({ unknownShare: 1, malformedShare: 0, isEachUnknownOnce: true }, said.number('unknown'));
      const isFlat = [ofHour, ofUnknown].every((one) => growth(one) <= FLAT_WITHIN);
      return {
        title: 'Memory of a server (MB after collecting all garbage)',
        compared: `One process of HOC's server, ${keys} keys: verifications by Zipf's law with 5 % unknown tokens and 1 % malformed ones; then tokens that nobody issued, each once, half of them of tenants that do not exist. Every answer was the right one.`,
        often: `${ofHour.answers} answers, then ${ofUnknown.answers} unknown tokens, as fast as they were answered; ${said.text('samples')} looks at each, the growth is from the median of the first third to that of the last`,
        figures: [
          ...inWords('an hour of requests', ofHour),
          ...inWords('unknown tokens', ofUnknown),
        ],
        target: { asked: `the heap grows by at most ${FLAT_WITHIN / MEGABYTE} MB in either part, and every unknown token was asked for`, met: isFlat && ofUnknown.answers >= said.number('unknown') },
      };
    } finally {
      driver.stop();
      await installation.close();
    }
  },
};

interface Held {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

interface Part {
  readonly answers: number;
  readonly held: readonly Held[];
}

async function sampled(driver: Driver, server: ServerProcess, plan: Plan, { requests, samples, perSecond }: { readonly requests: number; readonly samples: number; readonly perSecond: number }): Promise<Part> {
  const held: Held[] = [];
  let answers = 0;
  // A part that goes slower than was measured takes more looks, not fewer requests.
  for (let seed = 1; answers < requests; seed += 1) {
    const asking = plan.asking.kind === 'VERIFY' ? { ...plan.asking, unknownFrom: answers } : plan.asking;
    const run = sound(await driver.run({ ...plan, asking, seed, warmUpMs: 0, measureMs: Math.max(500, (requests / samples / perSecond) * 1000) }));
    answers += Object.values(run.verdicts).reduce((total, count) => total + count, 0);
    await sleep(SETTLE_MS);
    held.push(await server.ask<Held>({}));
  }
  return { answers, held };
}

/** From the first third to the last. */
function growth({ held }: Part, of: (one: Held) => number = ({ heapUsed }) => heapUsed): number {
  const third = Math.max(1, Math.floor(held.length / 3));
  const middle = (some: readonly Held[]): number => spreadOf(some.map(of)).median;
  return middle(held.slice(-third)) - middle(held.slice(0, third));
}

function inWords(name: string, part: Part): readonly { readonly name: string; readonly figure: string }[] {
  const inMegabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);
  return [
    { name: `${name}: heap`, figure: part.held.map(({ heapUsed }) => inMegabytes(heapUsed)).join(', ') },
    { name: `${name}: resident`, figure: part.held.map(({ rss }) => inMegabytes(rss)).join(', ') },
    { name: `${name}: growth`, figure: `heap ${inMegabytes(growth(part))}, outside the heap ${inMegabytes(growth(part, ({ external }) => external))}, resident ${inMegabytes(growth(part, ({ rss }) => rss))}` },
  ];
}
