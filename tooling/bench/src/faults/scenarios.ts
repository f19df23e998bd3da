import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { instant } from '../load/plan.ts';
import { asked, type LoadInstallation } from '../servers/installation.ts';
import { childrenOf } from './children-of.ts';
import type { FaultServers, FaultServersKind } from './fault-servers.ts';

/** Something that goes wrong under load. */
export interface Scenario {
  readonly name: string;
  /** Which servers it happens to. */
  readonly servers: FaultServersKind;
  /** At full load: as much as can be asked without end while everything is well. */
  readonly isAtFullLoad?: boolean;
  /** Does it and undoes it; answers from when on all must be well again, by `instant`. */
  inflict(stage: FaultStage): Promise<number>;
}

export interface FaultStage {
  readonly installation: LoadInstallation;
  readonly servers: FaultServers;
}

const AWAY_MS = 2000;
const KILL_EVERY_MS = 100;
const LOCKED_MS = 3000;
/** Below the patience of a statement of the truth: late answers, but answers. */
const BRIEFLY_MS = 400;
const HOUR_MS = 3_600_000;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'PostgreSQL stopped and started', servers: 'TWO',
    inflict: async ({ installation: { postgres } }) => {
      await postgres.halt('FAST');
      await sleep(AWAY_MS);
      await postgres.resume();
      return instant();
    },
  },
  {
    name: 'PostgreSQL crashed and started', servers: 'TWO',
    inflict: async ({ installation: { postgres } }) => {
      await postgres.halt('CRASH');
      await sleep(AWAY_MS);
      await postgres.resume();
      return instant();
    },
  },
  {
    name: `all connections killed every ${KILL_EVERY_MS} ms`, servers: 'TWO',
    inflict: async ({ installation: { databaseUrl } }) => {
      const until = instant() + AWAY_MS;
      while (instant() < until) {
        await asked(databaseUrl, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
        await sleep(KILL_EVERY_MS);
      }
      return instant();
    },
  },
  { name: 'the table of keys locked for longer than a statement waits', servers: 'TWO', inflict: ({ installation }) => locked(installation, LOCKED_MS, 1) },
  { name: 'the table of keys locked briefly, again and again', servers: 'TWO', inflict: ({ installation }) => locked(installation, BRIEFLY_MS, 5) },
  {
    name: 'one of two server processes killed, and started', servers: 'TWO', isAtFullLoad: true,
    inflict: async ({ servers }) => {
      await servers.killOne();
      await sleep(AWAY_MS / 2);
      await servers.startKilled();
      return instant();
    },
  },
  {
    name: 'one of two workers killed', servers: 'WORKERS', isAtFullLoad: true,
    inflict: async ({ servers }) => {
      const [worker] = await childrenOf(servers.pid);
      if (worker === undefined) throw new Error('the server has no workers');
      process.kill(worker, 'SIGKILL');
      return instant();
    },
  },
  {
    name: "the server's clock set on and back by an hour", servers: 'STEPPED_CLOCK',
    inflict: async ({ servers }) => {
      for (const stepMs of [HOUR_MS, -2 * HOUR_MS, HOUR_MS]) {
        await servers.stepClock(stepMs);
        await sleep(AWAY_MS / 3);
      }
      return instant();
    },
  },
];

async function locked({ databaseUrl }: LoadInstallation, milliseconds: number, times: number): Promise<number> {
  const locker = new Client({ connectionString: databaseUrl });
  await locker.connect();
  try {
    for (let time = 0; time < times; time += 1) {
      // One text is one transaction: the lock goes with it.
      await locker.query(`lock table api_keys in access exclusive mode; select pg_sleep(${milliseconds / 1000})`);
      await sleep(milliseconds / 4);
    }
    return instant();
  } finally {
    await locker.end();
  }
}
