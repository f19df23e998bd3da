import type { ClientBase } from 'pg';
import { UnansweredError } from './outage.ts';
import { paramText } from './param-text.ts';
import type { Parse } from './parsers.ts';
import { PreparedStatements } from './prepared-statements.ts';
import type { Param, Statement, TextRow, Texts } from './sql.ts';
import { Wave, type Asked } from './wave.ts';
import { WaveMessage } from './wave-message.ts';

/** A connection on which statements go in waves: all that are given to it in one turn of the event loop, or while a wave is under way, make the next one. */
export class Wire {
  readonly #client: ClientBase;
  readonly #prepared: PreparedStatements;
  readonly #message = new WaveMessage();
  readonly #deadlineMs: number;
  readonly #drop: () => void;
  #gathering: Asked[] = [];
  #isUnderWay = false;
  #isTimed = false;

  /**
   * @param client connected, and not in pg's pipeline mode
   * @param parserOf how values of a type are read, by its OID
   * @param deadlineMs how long the answer to a wave may take; after it the connection is dropped
   * @param drop ends the connection, with whatever it was waiting for
   */
  constructor(client: ClientBase, { parserOf, deadlineMs, drop }: { readonly parserOf: (oid: number) => Parse; readonly deadlineMs: number; readonly drop: () => void }) {
    this.#client = client;
    this.#prepared = new PreparedStatements(parserOf);
    this.#deadlineMs = deadlineMs;
    this.#drop = drop;
  }

  run<Row extends object>({ name, text }: Statement, params: readonly Param[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      // `as`: the statement's select list says what its rows are.
      this.#ask({ name, text, values: params.map(paramText), answered: (rows) => resolve(rows as Row[]), failed: reject });
    });
  }

  /** Statements whose rows are wanted as texts, in one wave. One that fails fails all of them. */
  texts(statements: readonly Texts[]): Promise<(readonly TextRow[])[]> {
    return new Promise((resolve, reject) => {
      const answers: (readonly TextRow[])[] = [];
      // Texts first: where one cannot be made, nothing is asked.
      const values = statements.map(({ params }) => params.map(paramText));
      for (const [at, { statement: { name, text } }] of statements.entries()) {
        this.#ask({
          name, text, values: values[at] ?? [], asTexts: true, failed: reject,
          answered: (rows) => {
            // `as`: rows that are wanted as texts are given so.
            if (answers.push(rows as unknown as readonly TextRow[]) === statements.length) resolve(answers);
          },
        });
      }
    });
  }

  /** One statement of our own that opens, marks or ends a transaction; answers the command that the server says it ran. */
  control(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#ask({ name: text, text, values: [], answered: (_rows, command) => resolve(command), failed: reject });
    });
  }

  #ask(asked: Asked): void {
    this.#gathering.push(asked);
    if (this.#isUnderWay || this.#isTimed) return;
    this.#isTimed = true;
    // After the microtasks of this turn: all that can be said without an answer has been said by then.
    process.nextTick(() => {
      this.#isTimed = false;
      this.#send();
    });
  }

  #send(): void {
    const asked = this.#gathering;
    if (asked.length === 0) return;
    this.#gathering = [];
    this.#isUnderWay = true;
    let isOver = false;
    const deadline = setTimeout(() => {
      this.#drop();
      wave.handleError(new UnansweredError(`the database has not answered within ${this.#deadlineMs} ms`));
    }, this.#deadlineMs);
    const wave = new Wave(asked, this.#prepared, this.#message, () => {
      if (isOver) return;
      isOver = true;
      clearTimeout(deadline);
      this.#isUnderWay = false;
      this.#send();
    });
    this.#client.query(wave);
  }
}
