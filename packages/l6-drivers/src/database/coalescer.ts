import { OutageError } from './outage.ts';
import type { TextRow, Texts, TextSql } from './sql.ts';

export interface CoalescerLimits {
  /** Waves that may be under way at once. */
  readonly maxWaves: number;
  /** So many are worth a wave at once: before the turn of the event loop is over, and beside one that is under way. */
  readonly worthAnother: number;
  /** Whoever waits longer is worth another wave too. */
  readonly patienceMs: number;
  /** Questions of one statement. */
  readonly maxWave: number;
  /** Questions that may wait; the next one is an outage at once. */
  readonly maxWaiting: number;
  /** From the question to its answer; then it is an outage. */
  readonly deadlineMs: number;
}

export const COALESCER_LIMITS: CoalescerLimits = { maxWaves: 2, worthAnother: 24, patienceMs: 5, maxWave: 1000, maxWaiting: 10_000, deadlineMs: 2000 };

/** Where a wave was of no more than so many, there is hardly anybody to wait for at the end of a turn. */
const FEW = 4;

/** One kind of question: how as many as wait are asked by one statement, and how its rows answer them. */
export interface Kind<Question, Answer> {
  /** What is asked for, for errors. */
  readonly what: string;
  /** A number that equal questions share, and few others. */
  numberOf(question: Question): number;
  isSame(one: Question, other: Question): boolean;
  ask(questions: readonly Question[]): Texts;
  /** The answers in the order of the questions. */
  answers(rows: readonly TextRow[], questions: readonly Question[]): readonly Answer[];
}

/**
 * Questions about the truth, of several kinds: each is answered by a statement that was sent after it was asked. Questions that
 * come in one turn of the event loop, or wait while statements are under way, share the next wave: one statement for each kind, all in
 * one write, and what is asked twice is asked once. A wave costs as much as several questions, so few of them wait for the one that is under way. Source: ARCHITECTURE.md, "Keys and verification".
 *
 * INVARIANT: a question joins only a statement that has not been sent yet. Joining one under way would answer from a state older
 * than the question. It holds because a wave takes its questions out of the queues in the same synchronous step that sends it.
 */
export class Coalescer {
  readonly #sql: TextSql;
  readonly #limits: CoalescerLimits;
  readonly #queues: Queue<unknown, unknown>[] = [];
  /** The waves that are under way. */
  #flying: readonly (readonly Part[])[] = [];
  #waiting = 0;
  #isScheduled = false;
  #isHurried = false;
  /** Of the last wave. */
  #sentAt = 0;
  #lastSize = 0;
  #patience: NodeJS.Timeout | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(sql: TextSql, limits: CoalescerLimits = COALESCER_LIMITS) {
    this.#sql = sql;
    this.#limits = limits;
  }

  /** Where questions of one kind are asked; they share their waves with those of the other kinds. */
  of<Question, Answer>(kind: Kind<Question, Answer>): (question: Question) => Promise<Answer> {
    const queue = new Queue(kind);
    this.#queues.push(queue as unknown as Queue<unknown, unknown>); // a queue hands answers only to those who asked it
    return (question) => this.#ask(queue, question);
  }

  /** @throws OutageError where no answer came in time, or too many are waiting; and what the database throws */
  #ask<Question, Answer>(queue: Queue<Question, Answer>, question: Question): Promise<Answer> {
    const { maxWaiting, deadlineMs } = this.#limits;
    const number = queue.kind.numberOf(question);
    const asked = queue.find(number, question);
    if (asked !== null) return asked.promise;
    if (this.#waiting >= maxWaiting) return Promise.reject(new OutageError(`${maxWaiting} questions about ${queue.kind.what} are waiting already`));
    this.#waiting += 1;
    const now = performance.now();
    if (this.#timer === null) this.#timer = this.#expireIn(deadlineMs);
    this.#schedule(now);
    return queue.add(number, question, now + deadlineMs).promise;
  }

  /**
   * Lets what this turn of the event loop brings come together. What is many already goes at once: the database works on it while the rest is read. So does
   * what comes where few ask: nobody else is expected.
   */
  #schedule(now: number): void {
    if (this.#flying.length >= this.#limits.maxWaves) return;
    if (this.#waiting >= this.#limits.worthAnother || (this.#flying.length === 0 && this.#lastSize <= FEW)) {
      if (this.#isHurried) return;
      this.#isHurried = true;
      queueMicrotask(this.#endHurry);
    } else if (this.#isWorthAWave(now)) {
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(this.#endTurn);
    } else if (this.#patience === null) this.#patience = setTimeout(this.#endPatience, this.#limits.patienceMs);
  }

  #isWorthAWave(now: number): boolean {
    const { worthAnother, patienceMs } = this.#limits;
    return this.#flying.length === 0 || this.#waiting >= worthAnother || now - this.#sentAt >= patienceMs;
  }

  /** Whoever asks two things at once, as a caller's token and a key, asks them in one wave. */
  readonly #endHurry = (): void => {
    this.#isHurried = false;
    this.#sendNext();
  };

  readonly #endTurn = (): void => {
    this.#isScheduled = false;
    this.#sendNext();
  };

  readonly #endPatience = (): void => {
    this.#patience = null;
    this.#sendNext();
  };

  #sendNext(): void {
    if (this.#waiting === 0 || this.#flying.length >= this.#limits.maxWaves) return;
    const now = performance.now();
    if (!this.#isWorthAWave(now)) return this.#schedule(now);
    const wave: Part[] = [];
    this.#lastSize = 0;
    for (const queue of this.#queues) {
      const part = queue.take(this.#limits.maxWave);
      if (part === null) continue;
      wave.push(part);
      this.#lastSize += part.entries.length;
    }
    this.#waiting -= this.#lastSize;
    this.#flying = [...this.#flying, wave];
    this.#sentAt = now;
    this.#send(wave);
    if (this.#waiting > 0) this.#schedule(now);
  }

  #send(wave: readonly Part[]): void {
    const failed = (error: unknown): void => {
      for (const { entries } of wave) for (const entry of entries) entry.refuse(error);
      this.#landed(wave);
    };
    try {
      this.#sql.texts(wave.map((part) => part.ask())).then((answers) => {
        for (let at = 0; at < wave.length; at += 1) wave[at]?.answer(answers[at] ?? []);
        this.#landed(wave);
      }, failed);
    } catch (error) {
      failed(error);
    }
  }

  #landed(wave: readonly Part[]): void {
    this.#flying = this.#flying.filter((other) => other !== wave);
    this.#sendNext();
  }

  /** One timer for all: questions become due in the order in which they were asked. It keeps no process alive. */
  #expireIn(ms: number): NodeJS.Timeout {
    return setTimeout(this.#expire, ms).unref();
  }

  readonly #expire = (): void => {
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    const error = new OutageError(`no answer about ${this.#queues.map(({ kind }) => kind.what).join(' or ')} within ${this.#limits.deadlineMs} ms`);
    for (const wave of this.#flying) {
      for (const { entries } of wave) for (const entry of entries) next = Math.min(next, entry.expire(now, error));
    }
    for (const queue of this.#queues) {
      for (const entry of queue.waiting) next = Math.min(next, entry.expire(now, error));
      this.#waiting -= queue.dropSettled();
    }
    this.#timer = next === Number.POSITIVE_INFINITY ? null : this.#expireIn(Math.max(1, next - now));
  };
}

/** The part of a wave that is of one kind. */
interface Part {
  readonly entries: readonly Pick<Entry<unknown, unknown>, 'refuse' | 'expire'>[];
  ask(): Texts;
  answer(rows: readonly TextRow[]): void;
}

/** The questions of one kind that have not been sent. */
class Queue<Question, Answer> {
  readonly kind: Kind<Question, Answer>;
  waiting: Entry<Question, Answer>[] = [];
  /**
   * A new one for each wave. One that is cleared keeps what it held until the next full collection of garbage: V8 links its tables, and what an
   * old one points to is copied again and again. By numbers, for V8 keeps one copy of every text that a map is asked for, and looks for it among all that it keeps.
   */
  #byNumber = new Map<number, Entry<Question, Answer>>();

  constructor(kind: Kind<Question, Answer>) {
    this.kind = kind;
  }

  /** The same question, where it waits already. */
  find(number: number, question: Question): Entry<Question, Answer> | null {
    const entry = this.#byNumber.get(number);
    return entry !== undefined && this.kind.isSame(entry.question, question) ? entry : null;
  }

  add(number: number, question: Question, dueAt: number): Entry<Question, Answer> {
    const entry = new Entry<Question, Answer>(question, dueAt);
    this.#byNumber.set(number, entry);
    this.waiting.push(entry);
    return entry;
  }

  /** Takes out what one statement asks; null where nothing waits. */
  take(most: number): Part | null {
    if (this.waiting.length === 0) return null;
    const entries = this.waiting;
    this.#keep(entries.length > most ? entries.splice(most) : []);
    const questions = entries.map(({ question }) => question);
    return {
      entries,
      ask: () => this.kind.ask(questions),
      answer: (rows) => {
        try {
          const answers = this.kind.answers(rows, questions);
          for (let at = 0; at < entries.length; at += 1) entries[at]?.resolve(answers[at] as Answer); // as many as questions
        } catch (error) {
          for (const entry of entries) entry.refuse(error);
        }
      },
    };
  }

  /** Forgets those whose time is over. */
  dropSettled(): number {
    const before = this.waiting.length;
    this.#keep(this.waiting.filter(({ isOver }) => !isOver));
    return before - this.waiting.length;
  }

  #keep(entries: Entry<Question, Answer>[]): void {
    this.waiting = entries;
    this.#byNumber = new Map();
    for (const entry of entries) this.#byNumber.set(this.kind.numberOf(entry.question), entry);
  }
}

/** One question and those who wait for its answer. */
class Entry<Question, Answer> {
  readonly question: Question;
  readonly promise: Promise<Answer>;
  readonly #dueAt: number;
  #resolve!: (answer: Answer) => void;
  #reject!: (error: unknown) => void;
  isOver = false;

  constructor(question: Question, dueAt: number) {
    this.question = question;
    this.#dueAt = dueAt;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  resolve(answer: Answer): void {
    this.isOver = true;
    this.#resolve(answer);
  }

  refuse(error: unknown): void {
    this.isOver = true;
    this.#reject(error);
  }

  /** Refuses it where its time is over. Answers when that is to be looked at again. */
  expire(now: number, error: unknown): number {
    if (this.isOver) return Number.POSITIVE_INFINITY;
    if (this.#dueAt > now) return this.#dueAt;
    this.refuse(error);
    return Number.POSITIVE_INFINITY;
  }
}
