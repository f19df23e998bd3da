import type { Sql, Statement, TextSql } from './sql.ts';

/** One connection, held by one transaction. Statements and control texts are sent in the order of the calls. */
export interface Session extends Sql {
  /** What each transaction has to be set to, where the session keeps nothing from one to the next; null where it keeps its own. */
  readonly settings: Statement | null;
  /** Sends a text of our own that opens, marks or ends a transaction; answers the command that the server says it ran. */
  control(text: string): Promise<string>;
  /** Resolves once nothing that was given to `run` can still fail without the server knowing of it. */
  handedOver(): Promise<void>;
  /** Gives the connection back; `isClean` false drops it, with whatever it was waiting for. */
  release(isClean: boolean): void;
}

/** A connection for one transaction that asks for the truth. */
export type TruthSession = Session & TextSql;

export interface ForeignSql {
  executeSql(text: string, values?: readonly unknown[]): Promise<{ rows: object[] }>;
}

/** An open database, embedded or served, whose tables are migrated. Every statement runs under the role `hoc_app`. */
export interface Database {
  readonly kind: 'pglite' | 'postgres';
  /**
   * A connection for one transaction.
   * @throws OutageError where none is to be had in time; and what connecting throws
   */
  session(): Promise<Session>;
  /** Statements outside any transaction, read-only, over all tenants: for the truth about keys and tokens. */
  readonly truth: TextSql;
  /**
   * Statements over the meters of all tenants, each a transaction of its own that is committed when its answer comes, in sessions that
   * see meters and usage and nothing else.
   */
  readonly meters: Sql;
  /**
   * Statements of a library that knows neither drivers nor transactions of ours, outside of them all. Where there are no values,
   * the text may hold several statements, and a transaction of their own; one that fails half-way is rolled back.
   */
  readonly foreign: ForeignSql;
  /** Answers when the database does; throws when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
