import { DatabaseError, type Connection, type Submittable } from 'pg';
import { rowOf, type RowShape } from './row-shape.ts';
import type { PreparedStatements } from './prepared-statements.ts';
import type { WaveMessage } from './wave-message.ts';

/** One statement of a wave, and who waits for its answer. */
export interface Asked {
  readonly name: string;
  readonly text: string;
  readonly values: readonly (string | null)[];
  /** Whether its rows are wanted as the server writes them, column by column: then nothing is asked or read about its columns. */
  readonly asTexts?: boolean;
  readonly answered: (rows: object[], command: string) => void;
  readonly failed: (error: unknown) => void;
}

/** What a server says of the column of a row. */
interface Described {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/**
 * Statements that are sent together and answered together: each is bound and executed, and one Sync ends them all, so that the server
 * sends its answers by one write. A statement that fails takes those behind it with it; the server passes them over, and they fail as
 * statements do that come after a failure in a transaction. A query of pg's own kind: its client hands the answers on.
 */
export class Wave implements Submittable {
  readonly #asked: readonly Asked[];
  readonly #prepared: PreparedStatements;
  readonly #message: WaveMessage;
  readonly #ended: () => void;
  #next = 0;
  #shape: RowShape | null = null;
  #rows: object[] = [];
  #unreadable: { readonly error: unknown } | null = null;

  /** @param ended called once, when the server is ready for the next wave or will never be */
  constructor(asked: readonly Asked[], prepared: PreparedStatements, message: WaveMessage, ended: () => void) {
    this.#asked = asked;
    this.#prepared = prepared;
    this.#message = message;
    this.#ended = ended;
  }

  submit({ stream }: Connection): void {
    const parsedHere = new Set<string>();
    for (const { name, text, values, asTexts } of this.#asked) {
      const isNew = this.#prepared.shapeOf(name) === null && !parsedHere.has(name);
      if (isNew) {
        parsedHere.add(name);
        if (this.#prepared.isDoubtful(name)) this.#message.close(name);
        this.#message.parse(name, text);
      }
      this.#message.bind(name, values);
      if (isNew && asTexts !== true) this.#message.describe();
      this.#message.execute();
    }
    this.#message.sync();
    stream.write(this.#message.take());
  }

  handleRowDescription({ fields }: Described): void {
    this.#shape = this.#prepared.describe(fields);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#unreadable !== null) return;
    const asked = this.#current();
    if (asked.asTexts === true) return void this.#rows.push(fields);
    this.#shape ??= this.#prepared.shapeOf(asked.name);
    try {
      this.#rows.push(rowOf(this.#shape ?? [], fields));
    } catch (error) {
      this.#unreadable = { error };
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const asked = this.#current();
    this.#prepared.know(asked.name, this.#shape);
    const [rows, unreadable] = [this.#rows, this.#unreadable];
    this.#rows = [];
    this.#shape = null;
    this.#unreadable = null;
    this.#next += 1;
    if (unreadable !== null) return asked.failed(unreadable.error);
    const space = text.indexOf(' ');
    asked.answered(rows, space === -1 ? text : text.slice(0, space));
  }

  handleReadyForQuery(): void {
    this.#ended();
  }

  handleError(error: unknown): void {
    // What was written of a wave that fails may have been parsed or not.
    for (const { name } of this.#asked.slice(this.#next)) this.#prepared.doubt(name);
    const left = this.#asked.slice(this.#next);
    this.#next = this.#asked.length;
    const isRefusal = error instanceof DatabaseError && error.severity === 'ERROR';
    for (const [at, asked] of left.entries()) asked.failed(at === 0 || !isRefusal ? error : passedOver());
    this.#ended();
  }

  #current(): Asked {
    const asked = this.#asked[this.#next];
    if (asked === undefined) throw new Error('the server answered more than it was asked');
    return asked;
  }
}

/** What the server says to a statement that comes after a failure in its transaction. */
function passedOver(): DatabaseError {
  const error = new DatabaseError('current transaction is aborted, commands ignored until end of transaction block', 0, 'error');
  error.severity = 'ERROR';
  error.code = '25P02';
  return error;
}
