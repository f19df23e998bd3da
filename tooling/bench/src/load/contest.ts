import type { Said } from '../command.ts';
import { inTurns, spreadOf, type Spread } from '../rounds.ts';
import { sound, type Driver, type Run } from './driver.ts';
import type { Plan } from './plan.ts';
import { againInWords, QuietTurns } from './quiet-turns.ts';

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

/**
 * Runs the loads in turns, round after round, each as quiet as it can be had ({@link QuietTurns}).
 * @throws VoidRun where an answer was wrong, Error where one was missing
 */
export async function contest<Name extends string>(driver: Driver, contenders: Contest<Name>, { rounds, again, warmUpRounds = 1 }: { readonly rounds: number; readonly again: number; readonly warmUpRounds?: number }): Promise<Rounds<Name>> {
  const names = Object.keys(contenders) as Name[]; // Object.keys forgets them
  let seed = 0;
  const turns = new QuietTurns(again);
  const found = await inTurns(
    names.map((name) => () =>
      turns.play(async () => {
        seed += 1;
        return sound(await driver.run({ ...contenders[name], name, seed }));
      }),
    ),
    { rounds, warmUpRounds },
  );
  return new Rounds(new Map(names.map((name, index) => [name, found[index] ?? []])), turns.playedAgain);
}

/** How often rounds were played, for a report. */
export const oftenInWords = (said: Said, { playedAgain }: Pick<Rounds<string>, 'playedAgain'>): string =>
  `${said.text('rounds')} rounds in turns, ${said.text('seconds')} s each, closed loop with ${said.text('connections')} connections from a driver of its own` +
  againInWords(playedAgain, said.number('again'));

export const perSecond = ({ perSecond: rate }: Run): number => rate;
export const p50 = ({ latencies }: Run): number => latencies.at(0.5);
export const p99 = ({ latencies }: Run): number => latencies.at(0.99);
