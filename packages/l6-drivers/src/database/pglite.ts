import { PGlite } from '@electric-sql/pglite';
import type { Database, TruthSession } from './database.ts';
import { OutageError } from './outage.ts';
import { AS_WRITTEN, parsers } from './parsers.ts';
import { assignments, BY_KEY } from './session-settings.ts';
import type { Param, Statement, TextRow, Texts } from './sql.ts';
import { SharedReads, SingleTransactions } from './statements-in-transactions.ts';
import { Turns } from './turns.ts';

/** How long a transaction waits for its turn on the one connection of an embedded database. */
const TURN_TIMEOUT_MS = 10_000;

/**
 * Starts PGlite on a folder, or in memory where none is named, with the parsers that both databases share.
 * @param template a dump that an empty folder is filled from
 */
export function startPglite(folder: string | null, template?: Blob): Promise<PGlite> {
  return PGlite.create({
    ...(folder === null ? {} : { dataDir: folder }),
    ...(template === undefined ? {} : { loadDataDir: template }),
    parsers: parsers(),
  });
}

/** A migrated PGlite as the application's database: it takes on the role `hoc_app`, and its transactions go one by one. */
export async function openPglite(pglite: PGlite): Promise<Database> {
  await pglite.exec(`set role hoc_app; set timezone = 'UTC'`);
  const turns = new Turns(TURN_TIMEOUT_MS);
  const session = async (): Promise<PgliteSession> => {
    const endTurn = await turns.take();
    if (pglite.closed) {
      endTurn();
      throw new OutageError('the database was closed');
    }
    return new PgliteSession(pglite, endTurn);
  };
  return {
    kind: 'pglite',
    session,
    truth: new SharedReads(session, (turn) => turn.control(`begin read only; set local hoc.verify = 'on'`)),
    meters: new SingleTransactions(session, (turn) => turn.control(`begin isolation level read committed; select ${assignments({ ...BY_KEY, 'hoc.meter': 'on' }, true)}`)),
    foreign: {
      // In a turn of its own: between two statements of a transaction it would be part of it.
      executeSql: async (text, values = []) => {
        const turn = await session();
        try {
          const answer = await foreignAnswer(pglite, text, values);
          turn.release(true);
          return answer;
        } catch (error) {
          turn.release(false);
          throw error;
        }
      },
    },
    ping: async () => {
      await pglite.query('select 1');
    },
    close: async () => {
      const endTurn = await turns.take();
      try {
        await pglite.close();
      } finally {
        endTurn();
      }
    },
  };
}

/** One statement with values, or as many as the text holds without: PGlite takes several only by `exec`. */
async function foreignAnswer(pglite: PGlite, text: string, values: readonly unknown[]): Promise<{ rows: object[] }> {
  if (values.length > 0) return pglite.query<object>(text, [...values]);
  const results = await pglite.exec(text);
  return { rows: results.flatMap(({ rows }) => rows as object[]) }; // `as`: a row is an object by its columns' names, unless asked for otherwise
}

class PgliteSession implements TruthSession {
  /** There is but one session, which keeps what it was set to when it was opened. */
  readonly settings = null;
  readonly #pglite: PGlite;
  readonly #endTurn: () => void;
  #last: Promise<unknown> = Promise.resolve();

  constructor(pglite: PGlite, endTurn: () => void) {
    this.#pglite = pglite;
    this.#endTurn = endTurn;
  }

  async run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    const answer = this.#pglite.query<Row>(statement.text, [...params]);
    this.#last = answer;
    const { rows } = await answer;
    return rows;
  }

  texts(statements: readonly Texts[]): Promise<readonly (readonly TextRow[])[]> {
    const answers = statements.map(({ statement, params }) => this.#pglite.query<TextRow>(statement.text, [...params], { rowMode: 'array', parsers: AS_WRITTEN }));
    this.#last = Promise.all(answers);
    return Promise.all(answers.map(async (answer) => (await answer).rows));
  }

  /** PGlite binds a statement's parameters when its turn comes; statements take turns in the order in which they were given. */
  async handedOver(): Promise<void> {
    await this.#last.catch(() => {});
  }

  async control(text: string): Promise<string> {
    const [result] = await this.#pglite.exec(text);
    return result?.command ?? '';
  }

  /** There is but one connection, so an unclean one is cleaned. */
  release(isClean: boolean): void {
    if (isClean) return this.#endTurn();
    this.#pglite.exec('rollback').catch(() => {}).finally(this.#endTurn);
  }
}
