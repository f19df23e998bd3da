import { startOwnPostgres } from '@hoc/testbed/postgres-server';
import type { Command } from './command.ts';
import { contest, oftenInWords, p99, perSecond, type Contest } from './load/contest.ts';
import { Driver, sound } from './load/driver.ts';
import { makeHotKey } from './load/hot-key.ts';
import { fill } from './load/load-keys.ts';
import type { Asking, Plan, Target } from './load/plan.ts';
import { AGAIN } from './load/quiet-turns.ts';
import { tenantsFor } from './load/tenants-for.ts';
import { loadPeer } from './peers/load-peer.ts';
import { startPeer } from './peers/start-peer.ts';
import { written } from './rounds.ts';
import { asked, installationFor, urlOf, type LoadInstallation } from './servers/installation.ts';
import type { ServerProcess } from './servers/server-process.ts';

const OF_TRIVIAL = 0.5;
const TIMES_BETTER_AUTH = 10;
/** Limits and credits that no run uses up: what is measured is the taking, not the refusing. */
const PLENTY = 1_000_000_000;
const MINUTE_MS = 60_000;

/** What the keys of each installation have. */
const SETTINGS = {
  'no meter': {},
  'one exact limit, sliding': { rateLimits: [{ name: 'calls', limit: PLENTY, windowMs: MINUTE_MS, algorithm: 'SLIDING', mode: 'EXACT' }] },
  'one exact limit, fixed': { rateLimits: [{ name: 'calls', limit: PLENTY, windowMs: MINUTE_MS, algorithm: 'FIXED', mode: 'EXACT' }] },
  'one local limit': { rateLimits: [{ name: 'calls', limit: PLENTY, windowMs: MINUTE_MS, algorithm: 'SLIDING', mode: 'LOCAL' }] },
} as const;

type Name = 'trivial' | keyof typeof SETTINGS | 'credits, one hot key' | 'better-auth, one hot key';

/** Verification that takes from what the key has. */
export const meteredVerify: Command = {
  summary: 'Verification over HTTP with an exact rate limit, and with credits on one hot key, which is never overspent.',
  options: {
    keys: { meaning: 'keys in each database', default: '10000' },
    connections: { meaning: 'HTTP connections, one question at a time on each', default: '64' },
    rounds: { meaning: 'rounds in turns, after one that is thrown away', default: '9' },
    seconds: { meaning: 'measured of each load and round, after half a second of warming up', default: '2' },
    again: AGAIN,
    credits: { meaning: 'of the key that is used up on two processes, to the last', default: '20000' },
  },
  run: async (said) => {
    const keys = said.number('keys');
    const postgres = await startOwnPostgres();
    const driver = new Driver();
    const installations: LoadInstallation[] = [];
    const shells: ServerProcess[] = [];
    try {
      const common = { connections: said.number('connections'), loop: { kind: 'CLOSED' }, warmUpMs: 500, measureMs: said.number('seconds') * 1000 } as const;
      const contenders: Partial<Record<Name, Omit<Plan, 'name' | 'seed'>>> = {};
      for (const [name, settings] of Object.entries(SETTINGS) as readonly [keyof typeof SETTINGS, object][]) { // Object.entries forgets the names
        const installation = await installationFor({ tenants: tenantsFor(keys), postgres });
        installations.push(installation);
        const { folder } = await fill(installation, keys, { settings });
        const { target } = await installation.startServer();
        contenders.trivial ??= { ...common, targets: [target], asking: { kind: 'TRIVIAL', path: '/healthz' } };
        contenders[name] = { ...common, targets: [target], asking: { ...verifying(installation, folder), unknownShare: 0.05, malformedShare: 0.01 } };
      }
      const [installation] = installations;
      const tenant = installation?.tenants[0];
      if (installation === undefined || tenant === undefined) throw new Error('there is no installation');
      const servers = [await installation.startServer(), await installation.startServer()];
      const urlOfFirst = servers[0]?.url ?? '';
      const hot = await makeHotKey(urlOfFirst, tenant, installation.folder, { credits: { remaining: PLENTY } });
      contenders['credits, one hot key'] = { ...common, targets: servers.slice(0, 1).map(({ target }) => target), asking: verifying(installation, hot.folder) };
      await asked(postgres.url, 'create database peers');
      const databaseUrl = urlOf(postgres.url, 'peers');
      const ofPeer = await loadPeer('better-auth', { databaseUrl, folder: installation.folder, keys: 1, unknown: 0, remaining: PLENTY });
      const shell = await startPeer('better-auth', databaseUrl, installation.folder);
      shells.push(shell);
      contenders['better-auth, one hot key'] = { ...common, targets: [shell.target], asking: { ...verifying(installation, ofPeer), path: '/verify' } };

      const rounds = await contest(driver, contenders as Contest<Name>, { rounds: said.number('rounds'), again: said.number('again') }); // all of them are there by now
      const limited = rounds.ratio('one exact limit, sliding', 'trivial', perSecond);
      const credited = rounds.ratio('credits, one hot key', 'better-auth, one hot key', perSecond);
      const { valid, refused } = await usedUp(driver, installation, servers.map(({ target }) => target), await makeHotKey(urlOfFirst, tenant, installation.folder, { credits: { remaining: said.number('credits') } }));
      const names = Object.keys(contenders) as Name[]; // Object.keys forgets them
      return {
        title: 'Verification with meters over HTTP (answers a second; ratios of throughput)',
        compared:
          `POST /int/v1/keys/verify of one process each, on databases of one PostgreSQL with ${keys} keys: each with nothing to take from, with one exact rate limit, or with a local one, and one hot key with credits; against GET /healthz of the same server, and better-auth 1.7.5 ` +
          'with uses to count on one hot key, limiter off. Limits and credits were never met, and every answer was the right one. Then a key was used up on two processes at once.',
        often: oftenInWords(said, rounds),
        figures: [
          ...names.map((name) => ({ name, figure: written(rounds.of(name, perSecond)) })),
          ...names.filter((name) => name !== 'trivial').map((name) => ({ name: `${name} / trivial`, figure: written(rounds.ratio(name, 'trivial', perSecond)) })),
          { name: 'p99 of one exact limit, sliding (ms)', figure: written(rounds.of('one exact limit, sliding', p99)) },
          { name: 'credits / better-auth, one hot key', figure: written(credited) },
          { name: `VALID answers on ${said.text('credits')} credits, two processes`, figure: `${valid}, and ${refused} of CREDITS_EXHAUSTED` },
        ],
        target: {
          asked: `with one exact limit at least ${OF_TRIVIAL} of the trivial route; with credits on one hot key at least ${TIMES_BETTER_AUTH} times better-auth, by the medians; and as many VALID answers as credits`,
          met: limited.median >= OF_TRIVIAL && credited.median >= TIMES_BETTER_AUTH && valid === said.number('credits'),
        },
      };
    } finally {
      driver.stop();
      await Promise.all(shells.map((shell) => shell.kill()));
      for (const installation of installations) await installation.close();
      await postgres.stop();
    }
  },
};

const verifying = ({ gatewayToken }: LoadInstallation, population: string): Extract<Asking, { kind: 'VERIFY' }> => ({
  kind: 'VERIFY', path: '/int/v1/keys/verify', authorization: `Bearer ${gatewayToken}`, population, distribution: 'UNIFORM', unknownShare: 0, malformedShare: 0,
});

/** Asks until nothing but refusals comes, and answers how often the key was VALID in all. */
async function usedUp(driver: Driver, installation: LoadInstallation, targets: readonly Target[], { folder }: { readonly folder: string }): Promise<{ readonly valid: number; readonly refused: number }> {
  const asking: Asking = { ...verifying(installation, folder), metered: ['CREDITS_EXHAUSTED'] };
  let valid = 0;
  let refused = 0;
  for (let seed = 1; ; seed += 1) {
    const { verdicts } = sound(await driver.run({ name: 'to the last credit', targets, asking, connections: 64, loop: { kind: 'CLOSED' }, warmUpMs: 0, measureMs: 1000, seed }));
    valid += verdicts['VALID'] ?? 0;
    refused += verdicts['CREDITS_EXHAUSTED'] ?? 0;
    if (verdicts['VALID'] === undefined) return { valid, refused };
  }
}
