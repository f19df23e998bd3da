import type { Command } from './command.ts';
import { contest, oftenInWords, p50, p99, perSecond, type Contest } from './load/contest.ts';
import { Driver } from './load/driver.ts';
import { fill } from './load/load-keys.ts';
import type { Asking, Plan } from './load/plan.ts';
import { AGAIN } from './load/quiet-turns.ts';
import { tenantsFor } from './load/tenants-for.ts';
import { loadPeer } from './peers/load-peer.ts';
import { PEER_NAMES, PEERS, type PeerName } from './peers/peers.ts';
import { startPeer } from './peers/start-peer.ts';
import { written } from './rounds.ts';
import { asked, installationFor, urlOf } from './servers/installation.ts';
import type { ServerProcess } from './servers/server-process.ts';

const OF_TRIVIAL = 0.8;
const TIMES_BETTER_AUTH = 15;
const TIMES_P99 = 2;
/** Each try takes 50 ms of a core: with more keys, or more connections that share it, a round would see no answer. */
const SCANNED_KEYS = 10;
const SCANNING_CONNECTIONS = 4;

type Name = 'trivial' | 'verify' | 'trivial, by undici' | 'verify, by undici' | PeerName;

/** Verification over HTTP against the same server's trivial route, and against what else there is. */
export const httpVerify: Command = {
  summary: 'Verification over HTTP, one server process: against its trivial route, better-auth, prefixed-api-key, bcrypt, a bare select.',
  options: {
    keys: { meaning: 'keys in each database', default: '10000' },
    connections: { meaning: 'HTTP connections, one question at a time on each', default: '64' },
    rounds: { meaning: 'rounds in turns, after one that is thrown away', default: '9' },
    seconds: { meaning: 'measured of each load and round, after half a second of warming up', default: '2' },
    again: AGAIN,
    peers: { meaning: 'with commas between them, or none', default: PEER_NAMES.join(',') },
  },
  run: async (said) => {
    const keys = said.number('keys');
    const peers = PEER_NAMES.filter((name) => said.text('peers').split(',').includes(name));
    const installation = await installationFor({ tenants: tenantsFor(keys) });
    const driver = new Driver();
    const shells: ServerProcess[] = [];
    try {
      const { folder } = await fill(installation, keys);
      const server = await installation.startServer();
      await asked(installation.postgres.url, 'create database peers');
      const databaseUrl = urlOf(installation.postgres.url, 'peers');
      const common = { connections: said.number('connections'), loop: { kind: 'CLOSED' }, warmUpMs: 500, measureMs: said.number('seconds') * 1000 } as const;
      const trivial = { ...common, targets: [server.target], asking: { kind: 'TRIVIAL', path: '/healthz' } } as const;
      const verify = { ...common, targets: [server.target], asking: verifying('/int/v1/keys/verify', folder, `Bearer ${installation.gatewayToken}`) } as const;
      const contenders: Partial<Record<Name, Omit<Plan, 'name' | 'seed'>>> = {
        trivial, verify, 'trivial, by undici': { ...trivial, client: 'UNDICI' }, 'verify, by undici': { ...verify, client: 'UNDICI' },
      };
      for (const name of peers) {
        const population = await loadPeer(name, { databaseUrl, folder: installation.folder, keys: name === 'bcrypt-scan' ? SCANNED_KEYS : keys });
        const shell = await startPeer(name, databaseUrl, installation.folder);
        shells.push(shell);
        contenders[name] = { ...common, ...(name === 'bcrypt-scan' ? { connections: SCANNING_CONNECTIONS } : {}), targets: [shell.target], asking: { ...verifying('/verify', population, null), ...(name === 'nothing' ? { unknownShare: 1, malformedShare: 0 } : {}) } };
      }
      const rounds = await contest(driver, contenders as Contest<Name>, { rounds: said.number('rounds'), again: said.number('again') }); // those left out are asked for nowhere below
      const ofTrivial = rounds.ratio('verify', 'trivial', perSecond);
      const ofP99 = rounds.ratio('verify', 'trivial', p99);
      const isCompared = peers.includes('better-auth');
      const times = isCompared ? rounds.ratio('verify', 'better-auth', perSecond) : null;
      return {
        title: 'Verification over HTTP (answers a second; ratios of throughput)',
        compared:
          `POST /int/v1/keys/verify of one process of HOC's server (service token verified too) against GET /healthz of the same process, and against peers behind a bare node:http server, on the same PostgreSQL. ` +
          `${keys} keys, chosen evenly, 5 % unknown tokens and 1 % malformed ones, one key in twenty not valid; every answer was the right one. ${peers.map((name) => `${name}: ${PEERS[name].summary}${name === 'bcrypt-scan' ? ` (${SCANNED_KEYS} keys, ${SCANNING_CONNECTIONS} connections)` : ''}.`).join(' ')}`,
        often: oftenInWords(said, rounds),
        figures: [
          ...(['trivial', 'verify', 'trivial, by undici', 'verify, by undici', ...peers] as const).map((name) => ({ name, figure: written(rounds.of(name, perSecond)) })),
          { name: 'of a core the driver took for trivial', figure: written(rounds.of('trivial', ({ driverLoad }) => driverLoad)) },
          { name: 'of a core the driver took for verify', figure: written(rounds.of('verify', ({ driverLoad }) => driverLoad)) },
          { name: 'verify / trivial', figure: written(ofTrivial) },
          { name: 'verify / trivial, both by undici', figure: written(rounds.ratio('verify, by undici', 'trivial, by undici', perSecond)) },
          // What somebody reaches who does nothing but the select: nobody who asks a database is above this.
          ...peers.filter((name) => name.startsWith('select')).map((name) => ({ name: `${name} / trivial`, figure: written(rounds.ratio(name, 'trivial', perSecond)) })),
          ...peers.map((name) => ({ name: `verify / ${name}`, figure: written(rounds.ratio('verify', name, perSecond)) })),
          { name: 'p50 of trivial (ms)', figure: written(rounds.of('trivial', p50)) },
          { name: 'p50 of verify (ms)', figure: written(rounds.of('verify', p50)) },
          { name: 'p99 of trivial (ms)', figure: written(rounds.of('trivial', p99)) },
          { name: 'p99 of verify (ms)', figure: written(rounds.of('verify', p99)) },
          { name: 'p99 of verify / of trivial', figure: written(ofP99) },
        ],
        target: {
          asked: `at least ${OF_TRIVIAL} of the trivial route and ${TIMES_BETTER_AUTH} times better-auth, p99 at most ${TIMES_P99} times the trivial route's, by the medians`,
          met: ofTrivial.median >= OF_TRIVIAL && ofP99.median <= TIMES_P99 && (times?.median ?? Number.POSITIVE_INFINITY) >= TIMES_BETTER_AUTH,
        },
      };
    } finally {
      driver.stop();
      await Promise.all(shells.map((shell) => shell.kill()));
      await installation.close();
    }
  },
};

const verifying = (path: string, population: string, authorization: string | null): Extract<Asking, { kind: 'VERIFY' }> => ({
  kind: 'VERIFY', path, authorization, population, distribution: 'UNIFORM', unknownShare: 0.05, malformedShare: 0.01,
});
