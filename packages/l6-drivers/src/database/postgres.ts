import { Client, TypeOverrides, type ClientBase } from 'pg';
import { begin } from './begin.ts';
import type { Database } from './database.ts';
import { OutageError } from './outage.ts';
import { LastHang } from './last-hang.ts';
import { parsers } from './parsers.ts';
import { notConnected, SessionPool, socketOf, type Pooling } from './session-pool.ts';
import { FOR_METERS, FOR_TRANSACTIONS, FOR_TRUTH, forSession, type SessionSettings } from './session-settings.ts';
import type { Param, Sql, Statement } from './sql.ts';
import { SharedReads, SingleTransactions } from './statements-in-transactions.ts';

/** Where the database is, and how many connections it may take besides the two for the truth about keys and the two for meters. */
export interface PostgresOptions {
  readonly url: string;
  /** Connections for transactions. */
  readonly maxConnections?: number;
  /** Default: session. */
  readonly pooling?: Pooling;
}

const DEFAULT_CONNECTIONS = 16;
const CONNECT_WITHIN_MS = 5000;
/** For what a transaction has sent. */
const DEADLINE_MS = 12_000;
/** For one statement on a lane. */
const LANE_DEADLINE_MS = 2500;
/** Nobody waits longer for the truth; a connection that comes later helps nobody who asks now. */
const LANE_CONNECT_WITHIN_MS = 2000;
const LANES = 2;
/** What pg says where its `query_timeout` has passed. */
const READ_TIMEOUT = 'Query read timeout';
/** Where a pooler lends the sessions: what waits for one is more than what two can carry. */
const LENT_LANES = 4;

/** Opens a migrated database that a PostgreSQL server holds. Connects when first asked. */
export function openPostgres({ url, maxConnections = DEFAULT_CONNECTIONS, pooling = 'session' }: PostgresOptions): Database {
  const lastHang = new LastHang();
  const sessions = new SessionPool({ url, lastHang, purpose: 'transactions', settings: FOR_TRANSACTIONS, pooling, maxConnections, connectWithinMs: CONNECT_WITHIN_MS, deadlineMs: DEADLINE_MS });
  const lanes = pooling === 'session' ? ownLanes(url, lastHang) : lentLanes(url, lastHang);
  return {
    kind: 'postgres',
    session: () => sessions.session(),
    truth: lanes.truth,
    meters: lanes.meters,
    foreign: sessions,
    ping: () => sessions.ping(),
    close: async () => {
      await Promise.all([sessions.close(), lanes.close()]);
    },
  };
}

/** Where the truth and the meters are asked. */
interface TruthAndMeters extends Pick<Database, 'truth' | 'meters'> {
  close(): Promise<unknown>;
}

/** On connections that are theirs, and stay as they were set up. */
function ownLanes(url: string, lastHang: LastHang): TruthAndMeters {
  const truth = new Lanes(url, `${forSession(FOR_TRUTH)}; set default_transaction_read_only = on`, lastHang);
  const meters = new Lanes(url, forSession(FOR_METERS), lastHang);
  return { truth, meters, close: () => Promise.all([truth.close(), meters.close()]) };
}

/** In transactions that are set up each by itself, on whatever session a pooler has free. */
function lentLanes(url: string, lastHang: LastHang): TruthAndMeters {
  const pool = (purpose: string, settings: SessionSettings): SessionPool =>
    new SessionPool({ url, lastHang, purpose, settings, pooling: 'transaction', maxConnections: LENT_LANES, connectWithinMs: LANE_CONNECT_WITHIN_MS, deadlineMs: LANE_DEADLINE_MS });
  const [truth, meters] = [pool('truth', FOR_TRUTH), pool('meters', FOR_METERS)];
  return {
    truth: new SharedReads(() => truth.session(), (session) => begin(session, 'isolation level read committed read only')),
    meters: new SingleTransactions(() => meters.session(), (session) => begin(session, 'isolation level read committed')),
    close: () => Promise.all([truth.close(), meters.close()]),
  };
}

const ignore = (): void => {};

function typesConfig(): TypeOverrides {
  const overrides = new TypeOverrides();
  for (const [oid, parse] of Object.entries(parsers())) overrides.setTypeParser(Number(oid), parse);
  return overrides;
}

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

/** Connections that are shared by all who ask: each takes what is asked next, in a pipeline. A lost one is made anew by the next question. */
class Lanes implements Sql {
  readonly #url: string;
  readonly #setup: string;
  readonly #lastHang: LastHang;
  readonly #lanes: (Lane | null)[] = Array.from({ length: LANES }, () => null);
  #isClosed = false;

  constructor(url: string, setup: string, lastHang: LastHang) {
    this.#url = url;
    this.#setup = setup;
    this.#lastHang = lastHang;
  }

  async run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    const lane = this.#freest();
    lane.asked += 1;
    try {
      if (!lane.isReady) await lane.ready.catch(notConnected);
      return await send<Row>(lane.client, statement, params);
    } catch (error) {
      if (error instanceof Error && error.message === READ_TIMEOUT) this.#lastHang.note();
      throw error;
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
      connectionTimeoutMillis: LANE_CONNECT_WITHIN_MS,
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
