import { totalmem } from 'node:os';
import { startOwnPostgres } from '@hoc/testbed/postgres-server';
import type { Command } from './command.ts';
import { contest, p50, p99, perSecond, type Contest } from './load/contest.ts';
import { Driver, sound } from './load/driver.ts';
import { fill } from './load/load-keys.ts';
import type { Loop, Plan } from './load/plan.ts';
import { AGAIN, againInWords } from './load/quiet-turns.ts';
import { tenantsFor } from './load/tenants-for.ts';
import { written } from './rounds.ts';
import { asked, installationFor, type LoadInstallation } from './servers/installation.ts';

const MEGABYTE = 1024 * 1024;
/** Of the memory: what PostgreSQL's manual tells operators to begin with. */
const A_QUARTER = 'a quarter of the memory';
const P50_GROWTH = 1.2;
const P99_GROWTH = 1.5;
/** As many answers a millisecond as a server gives at least: in so long, most keys are asked for. */
const WARMED_PER_MS = 20;
const LONGEST_WARM_UP_MS = 60_000;

const atRate = (keys: number): string => `${keys} keys at one rate`;
const atMost = (keys: number): string => `${keys} keys at most`;

/**
 * What verification costs where there are many keys. How long an answer takes is asked at a rate that is the same for all sizes; in a closed loop
 * latencies are the number of connections divided by how many answers there are, so it tells how much there is to be had.
 */
export const scale: Command = {
  summary: 'Verification over HTTP with 1 000 to 5 000 000 keys: how p50 and p99 grow at one rate, and how many answers there are at most.',
  options: {
    sizes: { meaning: 'keys, the smallest first', default: '1000,10000,100000,1000000,5000000' },
    rate: { meaning: 'questions a second of the open loop, the same for all sizes', default: '8000' },
    connections: { meaning: 'HTTP connections, one question at a time on each', default: '64' },
    rounds: { meaning: 'rounds in turns, after two that are thrown away', default: '7' },
    seconds: { meaning: 'measured of each load and round, after a second of warming up (and once up to a minute before all rounds, longer the more keys there are)', default: '3' },
    again: AGAIN,
    buffers: { meaning: "shared_buffers of PostgreSQL in MB; what does not fit comes from the system's page cache", default: A_QUARTER },
  },
  run: async (said) => {
    const sizes = said.numbers('sizes');
    const buffers = said.text('buffers') === A_QUARTER ? Math.floor(totalmem() / 4 / MEGABYTE) : said.number('buffers');
    // As an operator sets it up for so much; and no checkpoint in the middle of a round.
    const postgres = await startOwnPostgres([`shared_buffers=${buffers}MB`, 'max_wal_size=16GB', 'checkpoint_timeout=1h']);
    const driver = new Driver();
    const installations: LoadInstallation[] = [];
    try {
      const contenders: Record<string, Omit<Plan, 'name' | 'seed'>> = {};
      const warmUps: Omit<Plan, 'seed'>[] = [];
      const onDisk: string[] = [];
      for (const keys of sizes) {
        const installation = await installationFor({ tenants: tenantsFor(keys), postgres });
        installations.push(installation);
        const { folder } = await fill(installation, keys);
        await warm(installation);
        const server = await installation.startServer();
        onDisk.push(`${keys} in ${await sizeOf(installation)}`);
        const asking: Plan['asking'] = {
          kind: 'VERIFY', path: '/int/v1/keys/verify', authorization: `Bearer ${installation.gatewayToken}`, population: folder, distribution: 'UNIFORM', unknownShare: 0.05, malformedShare: 0.01,
        };
        for (const [name, loop] of [[atRate(keys), { kind: 'OPEN', perSecond: said.number('rate') }], [atMost(keys), { kind: 'CLOSED' }]] as const satisfies readonly (readonly [string, Loop])[]) {
          contenders[name] = { targets: [server.target], connections: said.number('connections'), loop, warmUpMs: 1000, measureMs: said.number('seconds') * 1000, asking };
        }
        const warmUpMs = Math.min(Math.max(1000, keys / WARMED_PER_MS), LONGEST_WARM_UP_MS);
        warmUps.push({ name: `warming up for ${keys} keys`, targets: [server.target], connections: said.number('connections'), loop: { kind: 'CLOSED' }, warmUpMs: 0, measureMs: warmUpMs, asking });
      }
      // What a process maps of PostgreSQL's memory it maps page by page, when it first reads there: the more keys, the longer that takes.
      for (const warmUp of warmUps) sound(await driver.run({ ...warmUp, seed: 0 }));
      const rounds = await contest(driver, contenders as Contest<string>, { rounds: said.number('rounds'), again: said.number('again'), warmUpRounds: 2 });
      const [smallest = 0, largest = 0] = [sizes[0], sizes.at(-1)];
      const isWithin = (figure: typeof p50, atMostBy: number): boolean => sizes.every((keys) => rounds.ratio(atRate(keys), atRate(smallest), figure).median <= atMostBy);
      return {
        title: 'Verification with more and more keys (milliseconds; ratios to the smallest)',
        compared:
          `POST /int/v1/keys/verify of one process each, on databases of one PostgreSQL (shared_buffers ${buffers} MB, filled with keys and digests beforehand, as hours of load would): ${onDisk.join(', ')}. All keys are asked for evenly, which no cache likes, 5 % unknown tokens and 1 % malformed ones; every answer was the right one.`,
        often:
          `${said.text('rounds')} rounds in turns, ${said.text('seconds')} s each, over ${said.text('connections')} connections from a driver of its own: an open loop of ${said.text('rate')} questions a second, ` +
          `each timed from when it was due, and a closed one, which asks for as much as there is${againInWords(rounds.playedAgain, said.number('again'))}`,
        figures: [
          ...sizes.flatMap((keys) =>
            [atRate(keys), atMost(keys)].flatMap((name) => [
              { name: `${name}: answers a second`, figure: written(rounds.of(name, perSecond)) },
              { name: `${name}: p50 (ms)`, figure: written(rounds.of(name, p50)) },
              { name: `${name}: p99 (ms)`, figure: written(rounds.of(name, p99)) },
            ]),
          ),
          ...[atRate, atMost].flatMap((nameOf) =>
            sizes.slice(1).flatMap((keys) => [
              { name: `p50 of ${nameOf(keys)} / of ${smallest}`, figure: written(rounds.ratio(nameOf(keys), nameOf(smallest), p50)) },
              { name: `p99 of ${nameOf(keys)} / of ${smallest}`, figure: written(rounds.ratio(nameOf(keys), nameOf(smallest), p99)) },
            ]),
          ),
        ],
        target: { asked: `at one rate, from ${smallest} to any of up to ${largest} keys p50 grows by at most ${P50_GROWTH} and p99 by at most ${P99_GROWTH}, by the medians`, met: isWithin(p50, P50_GROWTH) && isWithin(p99, P99_GROWTH) },
      };
    } finally {
      driver.stop();
      for (const installation of installations) await installation.close();
      await postgres.stop();
    }
  },
};

/** Reads what verification reads into PostgreSQL's memory. */
async function warm({ databaseUrl }: LoadInstallation): Promise<void> {
  await asked(databaseUrl, 'create extension if not exists pg_prewarm');
  await asked(databaseUrl, `select pg_prewarm('api_keys'), pg_prewarm('api_keys_digest')`);
}

async function sizeOf({ databaseUrl }: LoadInstallation): Promise<string> {
  const [found] = await asked<{ size: string }>(databaseUrl, 'select pg_size_pretty(pg_database_size(current_database())) as size');
  return found?.size ?? 'unknown';
}
