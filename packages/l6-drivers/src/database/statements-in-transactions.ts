import type { Session, TruthSession } from './database.ts';
import { OutageError } from './outage.ts';
import type { Param, Sql, Statement, TextRow, Texts, TextSql } from './sql.ts';

/** Sends what begins a transaction, and waits for nothing. */
export type Begin = (session: Session) => Promise<unknown>;

interface Question<Of extends Session> {
  /** Sends it, and waits for nothing. */
  readonly ask: (session: Of) => Promise<unknown>;
  /** Gives what was answered to {@link Question.ask}. */
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads in transactions of their own, where a session keeps nothing from one to the next. All that wait when a session is to be had share
 * one, which is sent as a whole.
 */
export class SharedReads implements TextSql {
  readonly #open: () => Promise<TruthSession>;
  readonly #begin: Begin;
  #waiting: Question<TruthSession>[] = [];

  constructor(open: () => Promise<TruthSession>, begin: Begin) {
    this.#open = open;
    this.#begin = begin;
  }

  run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    return this.#share((session) => session.run<Row>(statement, params));
  }

  texts(statements: readonly Texts[]): Promise<readonly (readonly TextRow[])[]> {
    return this.#share((session) => session.texts(statements));
  }

  #share<Answer>(ask: (session: TruthSession) => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ask, resolve, reject });
      if (this.#waiting.length === 1) void this.#answer();
    });
  }

  async #answer(): Promise<void> {
    let session: TruthSession;
    try {
      session = await this.#open();
    } catch (error) {
      for (const { reject } of this.#take()) reject(error);
      return;
    }
    await inOneTransaction(session, this.#begin, this.#take());
  }

  #take(): readonly Question<TruthSession>[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }
}

/** Statements, each in a transaction of its own, which is committed when its answer comes. */
export class SingleTransactions implements Sql {
  readonly #open: () => Promise<Session>;
  readonly #begin: Begin;

  constructor(open: () => Promise<Session>, begin: Begin) {
    this.#open = open;
    this.#begin = begin;
  }

  async run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    const session = await this.#open();
    return new Promise((resolve, reject) => void inOneTransaction(session, this.#begin, [{ ask: (asked) => asked.run<Row>(statement, params), resolve, reject }]));
  }
}

/**
 * Asks all of them in one transaction, and answers once that has ended well. A statement that fails takes the others with it: they have not
 * failed themselves, and may be asked again.
 */
async function inOneTransaction<Of extends Session>(session: Of, begin: Begin, questions: readonly Question<Of>[]): Promise<void> {
  const begun = begin(session);
  const asked = questions.map(({ ask }) => ask(session));
  const ended = session.control('commit');
  const [[start, end], answers] = await Promise.all([Promise.allSettled([begun, ended]), Promise.allSettled(asked)]);
  const failed = [start, ...answers, end].find((one) => one.status === 'rejected');
  if (failed === undefined && end.status === 'fulfilled' && end.value === 'COMMIT') {
    session.release(true);
    for (const [at, { resolve }] of questions.entries()) {
      const answer = answers[at];
      // None was rejected; and `as`: it is the answer to this very question.
      if (answer?.status === 'fulfilled') resolve(answer.value as never);
    }
    return;
  }
  const error: unknown = failed?.reason ?? new Error('the transaction was rolled back');
  const isOwn = (answer: PromiseSettledResult<unknown> | undefined): boolean => answer?.status === 'rejected' && answer.reason === error;
  const others = new OutageError('another statement of the same transaction failed', { cause: error });
  for (const [at, { reject }] of questions.entries()) reject(start.status === 'rejected' || end === failed || isOwn(answers[at]) ? error : others);
  session.release(await session.control('rollback').then(() => true, () => false));
}
