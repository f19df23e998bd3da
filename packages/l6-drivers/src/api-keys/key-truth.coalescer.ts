import { OutageError } from '../database/outage.ts';
import type { Sql } from '../database/sql.ts';
import { askMany, askOne, type KeyQuestion, type KeyTruth } from './key-truth.ts';

export type { KeyFields, KeyTruth } from './key-truth.ts';

export interface CoalescerLimits {
  /** Waves that may be under way at once. */
  readonly maxWaves: number;
  /** Up to so many questions, a wave is single prepared selects, pipelined; above, one statement for all of them. */
  readonly maxSingles: number;
  /** Questions of one statement. */
  readonly maxWave: number;
  /** Questions that may wait; the next one is an outage at once. */
  readonly maxWaiting: number;
  /** From the question to its answer; then it is an outage. */
  readonly deadlineMs: number;
}

/** Measured: with eight callers at once, one statement for all who wait beats single selects by 1.5 to 2; with one, they are alike. */
export const COALESCER_LIMITS: CoalescerLimits = { maxWaves: 2, maxSingles: 4, maxWave: 1000, maxWaiting: 10_000, deadlineMs: 2000 };

interface Waiting extends KeyQuestion {
  readonly resolve: (truth: KeyTruth | null) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
  isOver: boolean;
}

/**
 * The truth about keys: every question is answered by a statement that was sent after it was asked. Questions that wait while
 * statements are under way share the next one. Source: ARCHITECTURE.md, "Keys and verification".
 *
 * INVARIANT: a question joins only a statement that has not been sent yet. Joining one under way would answer from a state older
 * than the question. It holds because a wave takes its questions out of the queue in the same synchronous step that sends it.
 */
export class KeyTruthReader {
  readonly #sql: Sql;
  readonly #limits: CoalescerLimits;
  #waiting: Waiting[] = [];
  #waves = 0;
  #isScheduled = false;

  constructor(sql: Sql, limits: CoalescerLimits = COALESCER_LIMITS) {
    this.#sql = sql;
    this.#limits = limits;
  }

  /**
   * The key of a tenant with one of these digests, with its tenant's and project's state; null where there is none.
   * @throws OutageError where no answer came in time, or too many are waiting; and what the database throws
   */
  find(tenantId: string, digests: readonly string[]): Promise<KeyTruth | null> {
    const { maxWaiting, deadlineMs } = this.#limits;
    if (this.#waiting.length >= maxWaiting) return Promise.reject(new OutageError(`${maxWaiting} questions about keys are waiting already`));
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { tenantId, digests, resolve, reject, timer: setTimeout(() => this.#giveUp(waiting), deadlineMs), isOver: false };
      this.#waiting.push(waiting);
      this.#schedule();
    });
  }

  /** Lets the questions of one turn of the event loop's microtasks come together. */
  #schedule(): void {
    if (this.#isScheduled || this.#waves >= this.#limits.maxWaves) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (this.#waves < this.#limits.maxWaves && this.#waiting.length > 0) void this.#send();
    });
  }

  async #send(): Promise<void> {
    const wave = this.#waiting.splice(0, this.#limits.maxWave);
    this.#waves += 1;
    if (this.#waiting.length > 0) this.#schedule();
    if (wave.length <= this.#limits.maxSingles) await Promise.all(wave.map((one) => settle(askOne(this.#sql, one), (truth) => answer(one, truth), [one])));
    else await settle(askMany(this.#sql, wave), (truths) => wave.forEach((one, at) => answer(one, truths[at] ?? null)), wave);
    this.#waves -= 1;
    if (this.#waiting.length > 0) this.#schedule();
  }

  #giveUp(one: Waiting): void {
    const at = this.#waiting.indexOf(one);
    if (at >= 0) this.#waiting.splice(at, 1);
    refuse(one, new OutageError(`no answer about a key within ${this.#limits.deadlineMs} ms`));
  }
}

async function settle<Value>(asked: Promise<Value>, use: (value: Value) => void, wave: readonly Waiting[]): Promise<void> {
  try {
    use(await asked);
  } catch (error) {
    for (const one of wave) refuse(one, error);
  }
}

function answer(one: Waiting, truth: KeyTruth | null): void {
  if (one.isOver) return;
  one.isOver = true;
  clearTimeout(one.timer);
  one.resolve(truth);
}

function refuse(one: Waiting, error: unknown): void {
  if (one.isOver) return;
  one.isOver = true;
  clearTimeout(one.timer);
  one.reject(error);
}
