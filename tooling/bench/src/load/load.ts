import type { Command, Said } from '../command.ts';
import type { Report } from '../report.ts';
import { installationFor } from '../servers/installation.ts';
import { Driver, sound } from './driver.ts';
import { fill } from './load-keys.ts';
import { onTheClock } from './in-words.ts';
import { tenantsFor } from './tenants-for.ts';

/** One load on HOC's own servers, judged answer by answer. */
export const load: Command = {
  summary: 'One load on HOC over HTTP, every answer held against the right one. A wrong answer voids the run.',
  options: {
    keys: { meaning: 'keys in the database', default: '10000' },
    distribution: { meaning: 'which of them are asked for: uniform, or zipf', default: 'uniform' },
    loop: { meaning: 'closed: each connection asks when it was answered; open: at a constant rate', default: 'closed' },
    rate: { meaning: 'questions a second of the open loop', default: '3000' },
    connections: { meaning: 'HTTP connections, one question at a time on each', default: '64' },
    servers: { meaning: 'server processes on the one database', default: '1' },
    unknown: { meaning: 'share of tokens that nobody issued', default: '0.05' },
    malformed: { meaning: 'share of texts that are no tokens', default: '0.01' },
    seconds: { meaning: 'measured, after 2 s of warming up', default: '10' },
    seed: { meaning: 'of tokens and choices', default: '1' },
  },
  run: async (said) => {
    const keys = said.number('keys');
    const installation = await installationFor({ tenants: tenantsFor(keys) });
    const driver = new Driver();
    try {
      const { folder } = await fill(installation, keys, { seed: said.number('seed') });
      const servers = await Promise.all(Array.from({ length: said.number('servers') }, () => installation.startServer()));
      const run = sound(await driver.run({
        name: 'load', targets: servers.map(({ target }) => target), connections: said.number('connections'), seed: said.number('seed'),
        asking: {
          kind: 'VERIFY', path: '/int/v1/keys/verify', authorization: `Bearer ${installation.gatewayToken}`, population: folder,
          distribution: said.oneOf('distribution', ['uniform', 'zipf']) === 'zipf' ? 'ZIPF' : 'UNIFORM', unknownShare: said.number('unknown'), malformedShare: said.number('malformed'),
        },
        loop: said.oneOf('loop', ['closed', 'open']) === 'open' ? { kind: 'OPEN', perSecond: said.number('rate') } : { kind: 'CLOSED' },
        warmUpMs: 2000, measureMs: said.number('seconds') * 1000,
      }));
      return reportOf(said, run.perSecond, [
        { name: 'right answers a second', figure: run.perSecond.toFixed(0) },
        { name: 'an answer takes (ms)', figure: onTheClock(run.latencies) },
        { name: 'the driver was late by (ms)', figure: onTheClock(run.lateness) },
        { name: 'of a core the driver took', figure: run.driverLoad.toFixed(2) },
        { name: 'answers by verdict', figure: Object.entries(run.verdicts).map(([code, count]) => `${code} ${count}`).join(', ') },
      ]);
    } finally {
      driver.stop();
      await installation.close();
    }
  },
};

const reportOf = (said: Said, perSecond: number, figures: Report['figures']): Report => ({
  title: 'Load on verification over HTTP',
  compared: `POST /int/v1/keys/verify of ${said.text('servers')} server process(es), ${said.text('keys')} keys, ${said.text('distribution')}; driver, servers and PostgreSQL on this machine.`,
  often: `one run of ${said.text('seconds')} s, ${said.text('loop')} loop, ${said.text('connections')} connections, seed ${said.text('seed')}`,
  figures,
  target: { asked: 'every answer the right one, and none lost', met: perSecond > 0 },
});
