import { Connection, type ConnectionEvents } from './connection.ts';
import type { Plan, Target } from './plan.ts';
import type { Question, Questions } from './questions.ts';
import type { Tally } from './tally.ts';
import { UndiciConnection } from './undici-connection.ts';

const CONNECT_AGAIN_MS = 20;

/** One connection that asks one question at a time, and connects again when it is lost. */
export class Lane {
  readonly #target: Target;
  readonly #questions: Questions;
  readonly #tally: Tally;
  readonly #free: (lane: Lane) => void;
  readonly #client: NonNullable<Plan['client']>;
  #connection: Pick<Connection, 'ask' | 'close'> | null = null;
  #asked: { readonly question: Question; readonly since: number } | null = null;
  #isConnected = false;
  #isClosed = false;

  /** @param free told when the lane may ask: connected, or answered */
  constructor(target: Target, questions: Questions, tally: Tally, free: (lane: Lane) => void, client: NonNullable<Plan['client']>) {
    this.#target = target;
    this.#client = client;
    this.#questions = questions;
    this.#tally = tally;
    this.#free = free;
    this.#connect();
  }

  get isWaiting(): boolean {
    return this.#asked !== null;
  }

  /** Connected, and waiting for nothing. */
  get isFree(): boolean {
    return this.#isConnected && this.#asked === null;
  }

  /** @param since when the question was due; its answer is measured from there */
  ask(since: number): void {
    // Two at once would get each other's answers.
    if (!this.isFree) throw new Error('a lane asks one question at a time');
    const question = this.#questions();
    this.#asked = { question, since };
    this.#connection?.ask(question.bytes);
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.close();
  }

  #connect(): void {
    const events: ConnectionEvents = {
      connected: () => {
        this.#isConnected = true;
        this.#free(this);
      },
      answered: (answer) => {
        const asked = this.#asked;
        if (asked === null) return;
        this.#asked = null;
        this.#tally.answered(asked.question.judge(answer), performance.now() - asked.since, asked.question.describe);
        // The server says that it takes nothing more on this connection: it is about to be lost.
        this.#isConnected = !/\r\nconnection: *close/i.test(answer.head);
        if (this.#isConnected) this.#free(this);
      },
      lost: () => {
        if (this.#asked !== null) this.#tally.broken();
        this.#asked = null;
        this.#isConnected = false;
        this.#connection = null;
        if (!this.#isClosed) setTimeout(() => !this.#isClosed && this.#connect(), CONNECT_AGAIN_MS);
      },
    };
    this.#connection = this.#client === 'UNDICI' ? new UndiciConnection(this.#target, events) : new Connection(this.#target, events);
  }
}
