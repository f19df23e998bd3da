import type { Socket } from 'node:net';
import { Client, Pool, TypeOverrides, type ClientBase, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import type { Database, Session } from './database.ts';
import { OutageError } from './outage.ts';
import { parserOf, parsers } from './parsers.ts';
import { BY_KEY } from './planner.ts';
import { SEARCH_PATH } from './search-path.ts';
import type { Param, Sql, Statement } from './sql.ts';
import { Wire } from './wire.ts';

/** Where the database is, and how many connections it may take besides the two for the truth about keys and the two for meters. */
export interface PostgresOptions {
  readonly url: string;
  /** Connections for transactions. */
  readonly maxConnections?: number;
}

const DEFAULT_CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 5000;
/**
 * The client's own deadline for what it has sent: it drops the socket, for a timeout of the server's does not free a session whose
 * server hangs (SCALE-OUT.md, rule 17).
 */
const DEADLINE_MS = 12_000;
/** For one statement on a lane. */
const LANE_DEADLINE_MS = 2500;
const LANES = 2;

/**
 * A wait for a lock ends before the kernel's patience does. No timeout of statements or of idle transactions: the server sets and
 * clears a timer for each at every statement, a quarter of what a write costs it, and the client's own deadline ends them anyway.
 */
const SESSION_SETUP = `set role hoc_app; ${SEARCH_PATH}; set lock_timeout = '4s'; set timezone = 'UTC'`;
/** Only rows by their keys are asked for on lanes; a plan that was made while the tables were small must not stay when they have grown. */
const LANE_SETUP = `set role hoc_app; ${SEARCH_PATH}; set lock_timeout = '1s'; ${BY_KEY}; set timezone = 'UTC'`;
const TRUTH_SETUP = `${LANE_SETUP}; set hoc.verify = 'on'; set default_transaction_read_only = on`;
const METERS_SETUP = `${LANE_SETUP}; set hoc.meter = 'on'`;

/** Opens a migrated database that a PostgreSQL server holds. Connects when first asked. */
export function openPostgres({ url, maxConnections = DEFAULT_CONNECTIONS }: PostgresOptions): Database {
  const config: PoolSetup = {
    connectionString: url,
    max: maxConnections,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: DEADLINE_MS,
    types: typesConfig(),
    onConnect: async (client) => {
      await client.query(SESSION_SETUP);
    },
  };
  const pool = new Pool(config);
  const wires = new Wires();
  // A connection that is lost tells those who wait for its answers; without listeners it would end the process as well.
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  const truth = new Lanes(url, TRUTH_SETUP);
  const meters = new Lanes(url, METERS_SETUP);
  return {
    kind: 'postgres',
    session: async () => {
      const client = await pool.connect().catch(notConnected);
      return new PostgresSession(client, wires.of(client));
    },
    truth,
    meters,
    foreign: {
      executeSql: async (text, values = []) => {
        const client = await pool.connect().catch(notConnected);
        try {
          const answer = await client.query<object>(text, [...values]);
          client.release();
          return { rows: rowsOf(answer) };
        } catch (error) {
          // It may have been half-way through a transaction of its own.
          client.release(true);
          throw error;
        }
      },
    },
    ping: async () => {
      await pool.query('select 1');
    },
    close: async () => {
      await Promise.all([pool.end(), truth.close(), meters.close()]);
    },
  };
}

/** pg-pool lends a connection only once this promise is kept, which its types do not say. */
type PoolSetup = Omit<PoolConfig, 'onConnect'> & { readonly onConnect: (client: ClientBase) => Promise<void> };

const ignore = (): void => {};

/** Without a connection nothing was asked, whatever the server says of it: there is no verdict, and no bug of the asker's. */
function notConnected(error: unknown): never {
  throw new OutageError(`no connection to the database: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

/** A text of several statements has several results, which pg's types do not say. */
const rowsOf = (answer: QueryResult<object> | readonly QueryResult<object>[]): object[] =>
  'rows' in answer ? answer.rows : answer.flatMap(({ rows }) => rows);

function typesConfig(): TypeOverrides {
  const overrides = new TypeOverrides();
  for (const [oid, parse] of Object.entries(parsers())) overrides.setTypeParser(Number(oid), parse);
  return overrides;
}

/** What pg's types do not show of a client: the socket below it. */
interface Wired {
  readonly connection: { readonly stream: Socket };
}

// `as`: every client of pg has a connection over a socket.
const socketOf = (client: ClientBase): Socket => (client as unknown as Wired).connection.stream;

/**
 * Holds back what is written to a connection until the microtasks of this turn of the event loop have run: all statements of
 * a wave leave by one write. pg writes each by itself, and for a pipeline those system calls are most of what it costs.
 */
function batchWrites(client: ClientBase): void {
  const socket = socketOf(client);
  if (socket.writableCorked > 0) return;
  socket.cork();
  process.nextTick(() => socket.uncork());
}

/** pg's types have the pool's clients take no callback beside a config object; its code does, and a promise less counts here. */
function send<Row extends object>(client: ClientBase, { name, text }: Statement, params: readonly Param[]): Promise<Row[]> {
  batchWrites(client);
  return new Promise((resolve, reject) => {
    client.query({ name, text, values: params as unknown[] }, (error: Error | null, result) => {
      if (error) reject(error);
      else resolve(result.rows as Row[]); // `as`: the statement's select list says what its rows are
    });
  });
}

/** The wire of each connection of a pool, for as long as the pool has it: it knows what the server keeps for that connection. */
class Wires {
  readonly #wires = new WeakMap<ClientBase, Wire>();
  readonly #parserOf = parserOf();

  of(client: ClientBase): Wire {
    const known = this.#wires.get(client);
    if (known !== undefined) return known;
    const wire = new Wire(client, { parserOf: this.#parserOf, deadlineMs: DEADLINE_MS, drop: () => socketOf(client).destroy() });
    this.#wires.set(client, wire);
    return wire;
  }
}

class PostgresSession implements Session {
  readonly #client: PoolClient;
  readonly #wire: Wire;

  constructor(client: PoolClient, wire: Wire) {
    this.#client = client;
    this.#wire = wire;
  }

  run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    return this.#wire.run<Row>(statement, params);
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

/** Connections that are shared by all who ask: each takes what is asked next, in a pipeline. A lost one is made anew by the next question. */
class Lanes implements Sql {
  readonly #url: string;
  readonly #setup: string;
  readonly #lanes: (Lane | null)[] = Array.from({ length: LANES }, () => null);
  #isClosed = false;

  constructor(url: string, setup: string) {
    this.#url = url;
    this.#setup = setup;
  }

  async run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    const lane = this.#freest();
    lane.asked += 1;
    try {
      if (!lane.isReady) await lane.ready.catch(notConnected);
      return await send<Row>(lane.client, statement, params);
    } finally {
      lane.asked -= 1;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#lanes.filter((lane) => lane !== null).map(({ client }) => client.end().catch(ignore)));
  }

  #freest(): Lane {
    if (this.#isClosed) throw new OutageError('the database was closed');
    let best = 0;
    for (let at = 1; at < this.#lanes.length; at += 1) {
      if ((this.#lanes[at]?.asked ?? 0) < (this.#lanes[best]?.asked ?? 0)) best = at;
    }
    return this.#lanes[best] ?? this.#open(best);
  }

  #open(at: number): Lane {
    const client = new Client({
      connectionString: this.#url,
      pipeline: true,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: LANE_DEADLINE_MS,
      types: typesConfig(),
    });
    const forget = (): void => {
      if (this.#lanes[at] === lane) this.#lanes[at] = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    const ready = client.connect().then(() => client.query(this.#setup)).then(() => {
      lane.isReady = true;
    });
    const lane: Lane = { client, ready, isReady: false, asked: 0 };
    ready.catch(() => {
      forget();
      client.end().catch(ignore);
    });
    this.#lanes[at] = lane;
    return lane;
  }
}

interface Lane {
  readonly client: Client;
  readonly ready: Promise<void>;
  isReady: boolean;
  asked: number;
}
