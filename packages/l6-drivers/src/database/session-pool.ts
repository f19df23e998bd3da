import type { Socket } from 'node:net';
import { Pool, type ClientBase, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import type { ForeignSql, TruthSession } from './database.ts';
import type { LastHang } from './last-hang.ts';
import { OutageError } from './outage.ts';
import { parserOf } from './parsers.ts';
import { forSession, forTransaction, ON_PRIMARY, type SessionSettings } from './session-settings.ts';
import type { Param, Statement, TextRow, Texts } from './sql.ts';
import { Wire } from './wire.ts';

/** Whether a connection is a session of its own, or a pooler gives it another one for each transaction (PgBouncer's pool_mode). */
export type Pooling = 'session' | 'transaction';

export interface SessionPoolOptions {
  readonly url: string;
  /** What its transactions are for. One purpose, one list of settings. */
  readonly purpose: string;
  readonly settings: SessionSettings;
  readonly pooling: Pooling;
  readonly maxConnections: number;
  /** How long a connection, or a free one, is waited for. */
  readonly connectWithinMs: number;
  /**
   * The client's own deadline for what it has sent: it drops the socket, for a timeout of the server's does not free a session whose
   * server hangs (SCALE-OUT.md, rule 17).
   */
  readonly deadlineMs: number;
  readonly lastHang: LastHang;
}

/** So long a server may take to see a connection off, or to answer what is asked on it still; one that hangs never would. */
export const FAREWELL_MS = 1000;

/** Sessions that are lent to one transaction at a time, all set to the same: once, or in each transaction where a pooler stands between. */
export class SessionPool implements ForeignSql {
  readonly #pool: Pool;
  readonly #inTransaction: Statement | null;
  readonly #wires = new WeakMap<ClientBase, Wire>();
  readonly #parserOf = parserOf();
  readonly #deadlineMs: number;
  readonly #lastHang: LastHang;
  readonly #clients = new Set<ClientBase>();
  /** When each connection last answered. */
  readonly #heardAt = new WeakMap<ClientBase, number>();

  constructor({ url, purpose, settings, pooling, maxConnections, connectWithinMs, deadlineMs, lastHang }: SessionPoolOptions) {
    this.#deadlineMs = deadlineMs;
    this.#lastHang = lastHang;
    this.#inTransaction = pooling === 'transaction' ? forTransaction(purpose, settings) : null;
    const config: PoolSetup = {
      connectionString: url,
      max: maxConnections,
      keepAlive: true,
      connectionTimeoutMillis: connectWithinMs,
      query_timeout: deadlineMs,
      onConnect: async (client) => {
        if (pooling === 'session') await client.query(forSession(settings));
      },
    };
    this.#pool = new Pool(config);
    // A connection that is lost tells those who wait for its answers; without listeners it would end the process as well.
    this.#pool.on('error', ignore);
    this.#pool.on('connect', (client) => {
      client.on('error', ignore);
      this.#clients.add(client);
      this.#heardAt.set(client, performance.now());
    });
    this.#pool.on('remove', (client) => this.#clients.delete(client));
    this.#pool.on('release', (error, client) => {
      if (!error) this.#heardAt.set(client, performance.now());
    });
  }

  /** @throws OutageError where none is to be had in time */
  async session(): Promise<TruthSession> {
    const client = await this.#connect();
    const wire = this.#wireOf(client);
    return this.#inTransaction === null ? new PostgresSession(client, wire) : new LentSession(client, wire, this.#inTransaction);
  }

  async executeSql(text: string, values: readonly unknown[] = []): Promise<{ rows: object[] }> {
    const client = await this.#connect();
    try {
      const answer = this.#inTransaction === null ? await client.query<object>(text, [...values]) : await inTransaction(client, this.#inTransaction, text, values);
      client.release();
      return { rows: rowsOf(answer) };
    } catch (error) {
      // It may have been half-way through a transaction of its own.
      client.release(true);
      throw error;
    }
  }

  /** Answers when a primary does. */
  async ping(): Promise<void> {
    await this.#pool.query(`select ${ON_PRIMARY}`);
  }

  /** Waits for what is under way, but not for a server that hangs. */
  async close(): Promise<void> {
    const farewell = setTimeout(() => {
      for (const client of this.#clients) socketOf(client).destroy();
    }, FAREWELL_MS);
    await this.#pool.end();
    clearTimeout(farewell);
  }

  async #connect(): Promise<PoolClient> {
    for (;;) {
      const client = await this.#pool.connect().catch(notConnected);
      if (this.#lastHang.isBefore(this.#heardAt.get(client) ?? 0)) return client;
      socketOf(client).destroy();
      client.release(true);
    }
  }

  #drop(client: ClientBase): void {
    this.#lastHang.note();
    socketOf(client).destroy();
  }

  /** It knows what the server keeps for its connection. */
  #wireOf(client: ClientBase): Wire {
    const known = this.#wires.get(client);
    if (known !== undefined) return known;
    const wire = new Wire(client, { parserOf: this.#parserOf, deadlineMs: this.#deadlineMs, drop: () => this.#drop(client) });
    this.#wires.set(client, wire);
    return wire;
  }
}

/** pg-pool lends a connection only once this promise is kept, which its types do not say. */
type PoolSetup = Omit<PoolConfig, 'onConnect'> & { readonly onConnect: (client: ClientBase) => Promise<void> };

const ignore = (): void => {};

/** Without a connection nothing was asked, whatever the server says of it: there is no verdict, and no bug of the asker's. */
export function notConnected(error: unknown): never {
  throw new OutageError(`no connection to the database: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

/** A text of a library's. One that has a transaction of its own ends ours with it, and the commit after it is no more than a warning. */
async function inTransaction(client: ClientBase, settings: Statement, text: string, values: readonly unknown[]): Promise<QueryResult<object>> {
  await client.query('begin');
  await client.query(settings.text);
  const answer = await client.query<object>(text, [...values]);
  await client.query('commit');
  return answer;
}

/** A text of several statements has several results, which pg's types do not say. */
const rowsOf = (answer: QueryResult<object> | readonly QueryResult<object>[]): object[] =>
  'rows' in answer ? answer.rows : answer.flatMap(({ rows }) => rows);

/** What pg's types do not show of a client: the socket below it. */
interface Wired {
  readonly connection: { readonly stream: Socket };
}

// `as`: every client of pg has a connection over a socket.
export const socketOf = (client: ClientBase): Socket => (client as unknown as Wired).connection.stream;

class PostgresSession implements TruthSession {
  readonly settings: Statement | null = null;
  readonly #client: PoolClient;
  readonly #wire: Wire;

  constructor(client: PoolClient, wire: Wire) {
    this.#client = client;
    this.#wire = wire;
  }

  run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    return this.#wire.run<Row>(statement, params);
  }

  texts(statements: readonly Texts[]): Promise<readonly (readonly TextRow[])[]> {
    return this.#wire.texts(statements);
  }

  control(text: string): Promise<string> {
    return this.#wire.control(text);
  }

  /** Parameters become text while `run` is called: what cannot be sent has failed by then. */
  async handedOver(): Promise<void> {}

  release(isClean: boolean): void {
    if (isClean) return this.#client.release();
    // Ending it politely would wait for the statements that are under way.
    socketOf(this.#client).destroy();
    this.#client.release(true);
  }
}

/** A session of a pooler's, which each transaction sets to what it needs. Where that fails, all that comes after it fails for that reason. */
class LentSession extends PostgresSession {
  override readonly settings: Statement;
  #refusal: { readonly error: unknown } | null = null;

  constructor(client: PoolClient, wire: Wire, settings: Statement) {
    super(client, wire);
    this.settings = settings;
  }

  override async run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    try {
      return await super.run<Row>(statement, params);
    } catch (error) {
      if (statement === this.settings) this.#refusal = { error };
      throw this.#causeOf(error);
    }
  }

  override async texts(statements: readonly Texts[]): Promise<readonly (readonly TextRow[])[]> {
    try {
      return await super.texts(statements);
    } catch (error) {
      throw this.#causeOf(error);
    }
  }

  #causeOf(error: unknown): unknown {
    return isConsequence(error) && this.#refusal !== null ? this.#refusal.error : error;
  }
}

/** Whether a statement was not even looked at, because one before it had failed. */
const isConsequence = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '25P02';
