import { setTimeout as sleep } from 'node:timers/promises';
import type { Option } from '../command.ts';
import { Disturbance } from './disturbance.ts';

/** More than this of the machine for others, and a turn says nothing. */
const MOST_DISTURBED = 0.06;
const WAIT_MS = 1000;

/**
 * Plays turns. One in which other programs had more than 6 % of the machine is played again, whoever's turn it is and however it went, but not
 * for ever: once so many turns were, each counts as it is.
 */
export class QuietTurns {
  readonly #again: number;
  #playedAgain = 0;

  constructor(again: number) {
    this.#again = again;
  }

  /** Turns that were played again because others had too much of the machine. */
  get playedAgain(): number {
    return this.#playedAgain;
  }

  async play<Found>(turn: () => Promise<Found>): Promise<Found> {
    for (;;) {
      const disturbance = Disturbance.begin();
      const found = await turn();
      if ((disturbance.share() ?? 0) <= MOST_DISTURBED || this.#playedAgain >= this.#again) return found;
      this.#playedAgain += 1;
      await sleep(WAIT_MS);
    }
  }
}

/** The option that says how often turns may be played again. */
export const AGAIN: Option = { meaning: `turns that may be played again because other programs had more than ${MOST_DISTURBED * 100} % of the machine`, default: '60' };

/** How often turns were played again, for a report: the end of a sentence, empty where none was. */
export const againInWords = (playedAgain: number, again: number): string =>
  playedAgain === 0 ? '' : `; ${playedAgain} turns played again because others had more than ${MOST_DISTURBED * 100} % of the machine${playedAgain >= again ? ', and then no more' : ''}`;
