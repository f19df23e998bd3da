import { OutageError } from '../database/outage.ts';

export interface WaveLimits {
  /** Statements that may be under way at once. */
  readonly maxWaves: number;
  /** Questions of one statement. */
  readonly maxWave: number;
  /** Questions that may wait; the next one is an outage at once. */
  readonly maxWaiting: number;
  /** From the question to its answer; then it is an outage. */
  readonly deadlineMs: number;
}

/** A question that was sent. Once its deadline has passed, an answer comes to nothing. */
export interface Pending<Asked, Answer> {
  readonly asked: Asked;
  readonly isOver: boolean;
  answer(answer: Answer): void;
  refuse(error: unknown): void;
}

/**
 * Questions that wait while statements are under way, and share the next one.
 *
 * INVARIANT: a question joins only a statement that has not been sent yet. It holds because a wave takes its questions out of the
 * queue in the same synchronous step that sends it.
 */
export class Waves<Asked, Answer> {
  readonly #what: string;
  readonly #limits: WaveLimits;
  readonly #send: (wave: readonly Pending<Asked, Answer>[]) => Promise<void>;
  #waiting: Waiting<Asked, Answer>[] = [];
  #waves = 0;
  #isScheduled = false;

  /** @param send answers or refuses all of a wave, and never throws */
  constructor(what: string, limits: WaveLimits, send: (wave: readonly Pending<Asked, Answer>[]) => Promise<void>) {
    this.#what = what;
    this.#limits = limits;
    this.#send = send;
  }

  /** @throws OutageError where no answer came in time, or too many are waiting; and what `send` refuses it with */
  ask(asked: Asked): Promise<Answer> {
    const { maxWaiting, deadlineMs } = this.#limits;
    if (this.#waiting.length >= maxWaiting) return Promise.reject(new OutageError(`${maxWaiting} wait for ${this.#what} already`));
    return new Promise((resolve, reject) => {
      const waiting = new Waiting<Asked, Answer>(asked, resolve, reject);
      waiting.timer = setTimeout(() => this.#giveUp(waiting), deadlineMs);
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
      if (this.#waves < this.#limits.maxWaves && this.#waiting.length > 0) void this.#sendNext();
    });
  }

  async #sendNext(): Promise<void> {
    const wave = this.#waiting.splice(0, this.#limits.maxWave);
    this.#waves += 1;
    if (this.#waiting.length > 0) this.#schedule();
    await this.#send(wave);
    this.#waves -= 1;
    if (this.#waiting.length > 0) this.#schedule();
  }

  #giveUp(one: Waiting<Asked, Answer>): void {
    const at = this.#waiting.indexOf(one);
    if (at >= 0) this.#waiting.splice(at, 1);
    one.refuse(new OutageError(`no answer of ${this.#what} within ${this.#limits.deadlineMs} ms`));
  }
}

class Waiting<Asked, Answer> implements Pending<Asked, Answer> {
  readonly asked: Asked;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
  isOver = false;

  constructor(asked: Asked, resolve: (answer: Answer) => void, reject: (error: unknown) => void) {
    this.asked = asked;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  answer(answer: Answer): void {
    if (this.#end()) this.#resolve(answer);
  }

  refuse(error: unknown): void {
    if (this.#end()) this.#reject(error);
  }

  #end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    clearTimeout(this.timer);
    return true;
  }
}
