import { setTimeout as sleep } from 'node:timers/promises';
import type { Option, Said } from '../command.ts';
import { inTurns, spreadOf, type Spread } from '../rounds.ts';
import { Disturbance } from './disturbance.ts';
import { sound, type Driver, type Run } from './driver.ts';
import type { Plan } from './plan.ts';

/** Loads that are compared, each by its plan. */
export type Contest<Name extends string> = Readonly<Record<Name, Omit<Plan, 'name' | 'seed'>>>;

/** What came of a contest: the runs of each contender, one per round. */
export class Rounds<Name extends string> {
  readonly #runs: ReadonlyMap<Name, readonly Run[]>;
  /** Turns that were played again because others had too much of the machine. */
  readonly playedAgain: number;

  constructor(runs: ReadonlyMap<Name, readonly Run[]>, playedAgain: number) {
    this.#runs = runs;
    this.playedAgain = playedAgain;
  }

  /** A figure of each round's run. */
  of(name: Name, figure: (run: Run) => number): Spread {
    return spreadOf(this.#runsOf(name).map(figure));
  }

  /** One contender's figure divided by another's, within each round. */
  ratio(one: Name, other: Name, figure: (run: Run) => number): Spread {
    const others = this.#runsOf(other);
    return spreadOf(this.#runsOf(one).map((run, round) => figure(run) / figure(others[round] as Run))); // as many rounds
  }

  #runsOf(name: Name): readonly Run[] {
    return this.#runs.get(name) ?? [];
  }
}

/** More than this of the machine for others, and a turn says nothing. */
const MOST_DISTURBED = 0.06;
const WAIT_MS = 1000;

/**
 * Runs the loads in turns, round after round. A turn in which other programs had more than 6 % of the machine is played again, whoever's
 * turn it is and however it went, but not for ever: once so many turns were, each counts as it is.
 * @throws VoidRun where an answer was wrong, Error where one was missing
 */
export async function contest<Name extends string>(driver: Driver, contenders: Contest<Name>, { rounds, again, warmUpRounds = 1 }: { readonly rounds: number; readonly again: number; readonly warmUpRounds?: number }): Promise<Rounds<Name>> {
  const names = Object.keys(contenders) as Name[]; // Object.keys forgets them
  let seed = 0;
  let playedAgain = 0;
  const found = await inTurns(
    names.map((name) => async () => {
      for (;;) {
        seed += 1;
        const disturbance = Disturbance.begin();
        const run = sound(await driver.run({ ...contenders[name], name, seed }));
        if ((disturbance.share() ?? 0) <= MOST_DISTURBED || playedAgain >= again) return run;
        playedAgain += 1;
        await sleep(WAIT_MS);
      }
    }),
    { rounds, warmUpRounds },
  );
  return new Rounds(new Map(names.map((name, index) => [name, found[index] ?? []])), playedAgain);
}

/** The option that says how often turns may be played again. */
export const AGAIN: Option = { meaning: `turns that may be played again because other programs had more than ${MOST_DISTURBED * 100} % of the machine`, default: '60' };

/** How often rounds were played, for a report. */
export const oftenInWords = (said: Said, { playedAgain }: Pick<Rounds<string>, 'playedAgain'>): string =>
  `${said.text('rounds')} rounds in turns, ${said.text('seconds')} s each, closed loop with ${said.text('connections')} connections from a driver of its own` +
  (playedAgain === 0 ? '' : `; ${playedAgain} turns played again because others had more than ${MOST_DISTURBED * 100} % of the machine${playedAgain >= said.number('again') ? ', and then no more' : ''}`);

export const perSecond = ({ perSecond: rate }: Run): number => rate;
export const p50 = ({ latencies }: Run): number => latencies.at(0.5);
export const p99 = ({ latencies }: Run): number => latencies.at(0.99);
