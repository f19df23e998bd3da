import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from './command.ts';
import { FaultServers } from './faults/fault-servers.ts';
import { recoveryMs } from './faults/recovery.ts';
import { SCENARIOS, type Scenario } from './faults/scenarios.ts';
import { Driver, sound, type Run } from './load/driver.ts';
import { fill } from './load/load-keys.ts';
import type { Plan, Target } from './load/plan.ts';
import { tenantsFor } from './load/tenants-for.ts';
import { spreadOf, written } from './rounds.ts';
import { installationFor, type LoadInstallation } from './servers/installation.ts';

const RECOVERED_WITHIN_MS = 5000;
const STEADY_MS = 3000;
/** No fault lasts longer than this, with what it takes to notice that it is over. */
const FAULT_AND_AFTER_MS = 14_000;
/** Of the most that the servers did: nearer to it, chance alone makes a queue that grows. */
const FULL_LOAD = 0.9;
/** Enough that questions wait in the server, where its own bounds hold, and not in the driver. */
const CONNECTIONS = 256;

/** What goes wrong under load: never a wrong verdict, 503 otherwise, and the full rate again soon. */
export const faults: Command = {
  summary: 'Faults under load: PostgreSQL away, connections killed, locks, processes killed, clock steps. Never a wrong verdict, full rate again within 5 s.',
  options: {
    keys: { meaning: 'keys in the database', default: '10000' },
    share: { meaning: 'of what the servers can do, which is asked of them without end', default: '0.5' },
    trials: { meaning: 'of each fault', default: '3' },
    only: { meaning: 'faults whose names have this in them', default: '' },
  },
  run: async (said) => {
    const keys = said.number('keys');
    const installation = await installationFor({ tenants: tenantsFor(keys) });
    const driver = new Driver();
    try {
      const { folder } = await fill(installation, keys);
      const figures: { name: string; figure: string }[] = [];
      let isMet = true;
      let rate = 0;
      for (const scenario of SCENARIOS.filter(({ name }) => name.includes(said.text('only')))) {
        const trials: Trial[] = [];
        for (let trial = 0; trial < said.number('trials'); trial += 1) {
          const found = await played(scenario, { installation, driver, folder, share: said.number('share'), seed: trial });
          trials.push(found);
          rate = found.perSecond;
        }
        const recoveries = trials.map(({ recovery }) => recovery ?? Number.POSITIVE_INFINITY);
        isMet &&= recoveries.every((recovery) => recovery <= RECOVERED_WITHIN_MS) && trials.every(({ run }) => scenario.servers !== 'STEPPED_CLOCK' || run.unavailable === 0);
        figures.push({
          name: scenario.name,
          figure: `recovered after ${written(spreadOf(recoveries.map((recovery) => recovery / 1000)))} s; in all ${sum(trials, ({ run }) => run.right)} right, ${sum(trials, ({ run }) => run.unavailable)} of 503, ` +
            `${sum(trials, ({ run }) => run.broken)} connections lost, longest answer ${Math.max(...trials.map(({ run }) => run.latencies.at(1))).toFixed(0)} ms`,
        });
      }
      return {
        title: 'Faults under load (seconds from the end of a fault to the full rate)',
        compared:
          `Verifications at a constant rate, ${said.text('share')} of what the same servers do at most (${FULL_LOAD} where a process is killed; the last: ${rate.toFixed(0)}/s), on ${CONNECTIONS} connections; ${keys} keys. Each answer was the right verdict, or 503 with Retry-After, or the connection was lost. ` +
          'Recovered is the beginning of the first second in which the full rate was answered with verdicts and nothing else.',
        often: `${said.text('trials')} trials of each`,
        figures,
        target: { asked: `no wrong verdict, and the full rate again within ${RECOVERED_WITHIN_MS / 1000} s of the end of the fault, in every trial`, met: isMet },
      };
    } finally {
      driver.stop();
      await installation.close();
    }
  },
};

interface Trial {
  readonly run: Run;
  readonly perSecond: number;
  readonly recovery: number | null;
}

interface Playing {
  readonly installation: LoadInstallation;
  readonly driver: Driver;
  /** Of the population. */
  readonly folder: string;
  readonly share: number;
  readonly seed: number;
}

async function played(scenario: Scenario, { installation, driver, folder, share, seed }: Playing): Promise<Trial> {
  const servers = await FaultServers.start(installation, scenario.servers);
  try {
    const planFor = (targets: readonly Target[]): Plan => ({
      name: scenario.name, targets, connections: CONNECTIONS, loop: { kind: 'CLOSED' }, warmUpMs: 2000, measureMs: 2000, seed,
      asking: {
        kind: 'VERIFY', path: '/int/v1/keys/verify', authorization: `Bearer ${installation.gatewayToken}`, population: folder, distribution: 'UNIFORM', unknownShare: 0.05, malformedShare: 0.01,
      },
    });
    const most = sound(await driver.run(planFor(servers.targets))).perSecond;
    const perSecond = Math.floor(most * (scenario.isAtFullLoad === true ? FULL_LOAD : share));
    const [run, endedAt] = await Promise.all([
      driver.run({ ...planFor(servers.targets), loop: { kind: 'OPEN', perSecond }, warmUpMs: STEADY_MS, measureMs: FAULT_AND_AFTER_MS }),
      sleep(STEADY_MS + 1000).then(() => scenario.inflict({ installation, servers })),
    ]);
    return { run, perSecond, recovery: recoveryMs(run.timeline, endedAt, perSecond) };
  } finally {
    await servers.stop();
  }
}

const sum = (trials: readonly Trial[], count: (trial: Trial) => number): number => trials.reduce((total, trial) => total + count(trial), 0);
