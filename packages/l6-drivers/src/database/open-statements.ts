import type { Session } from './database.ts';
import type { Param, Sql, Statement } from './sql.ts';

/** A statement was given to a transaction that has ended. */
export class ScopeEndedError extends Error {
  override readonly name = 'ScopeEndedError';
}

/** How many promises may stand between work that fails and whoever is told of it. */
const TURNS_OF_A_FAILURE = 40;

/** The statements of one transaction: what drivers in its scope speak to. Knows the first failure, and dies with the transaction. */
export class OpenStatements implements Sql {
  readonly #session: Session;
  #isOver = false;
  #failures: { readonly number: number; readonly error: unknown }[] = [];
  #sent = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  get settings(): Session['settings'] {
    return this.#session.settings;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The statement that failed first, of those that have answered. */
  get failure(): { readonly error: unknown } | null {
    return this.#failures[0] ?? null;
  }

  run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    if (this.#isOver) return watched(Promise.reject(new ScopeEndedError(`${statement.name} came after the end of its transaction`)));
    return this.#track(this.#session.run<Row>(statement, params));
  }

  /** Sends a control text whose answer nobody waits for: that it failed is seen by {@link failure}, and by what comes after it. */
  send(text: string): void {
    void this.control(text);
  }

  control(text: string): Promise<string> {
    if (this.#isOver) return watched(Promise.reject(new ScopeEndedError(`${text} came after the end of its transaction`)));
    return this.#track(this.#session.control(text));
  }

  /** Refuses everything from now on but {@link end}. */
  close(): void {
    this.#isOver = true;
  }

  /** The last word. */
  end(text: 'commit' | 'rollback'): Promise<string> {
    this.close();
    return this.#track(this.#session.control(text));
  }

  /** Counts a failure of work that ends in a statement, also where it failed before there was one to send. */
  watch<Value>(work: Promise<Value>): Promise<Value> {
    return this.#track(work);
  }

  /** The failure that the server does not know of, if there is one: of a statement that could not even be handed over to it. */
  async failureBeforeSending(): Promise<{ readonly error: unknown } | null> {
    await this.#session.handedOver();
    // What has failed is known within a few turns of the microtask queue. They delay nothing: a wave leaves when the queue is empty.
    for (let turn = 0; turn < TURNS_OF_A_FAILURE && this.failure === null; turn += 1) {
      // Each promise between the failing one and the one that is watched takes a turn.
      await Promise.resolve();
    }
    return this.failure;
  }

  /** A place in the order of the statements. */
  mark(): number {
    return this.#sent;
  }

  /** What failed after `mark` has been undone. */
  forgetFailuresSince(mark: number): void {
    this.#failures = this.#failures.filter(({ number }) => number <= mark);
  }

  #track<Value>(answer: Promise<Value>): Promise<Value> {
    this.#sent += 1;
    const number = this.#sent;
    answer.catch((error: unknown) => this.#failures.push({ number, error }));
    return answer;
  }
}

/** Callers of a pipeline need not wait for each answer: a failure that nobody waits for must not end the process. */
function watched<Value>(answer: Promise<Value>): Promise<Value> {
  answer.catch(() => {});
  return answer;
}
