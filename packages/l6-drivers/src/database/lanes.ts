import { Client, TypeOverrides, type ClientBase, type QueryConfig } from 'pg';
import type { LastHang } from './last-hang.ts';
import { OutageError } from './outage.ts';
import { parserOf, parsers } from './parsers.ts';
import { FAREWELL_MS, notConnected, socketOf } from './session-pool.ts';
import type { Param, Sql, Statement, TextRow, Texts, TextSql } from './sql.ts';
import { Wire } from './wire.ts';

/** For what is sent on a lane. */
export const LANE_DEADLINE_MS = 2500;
/** Nobody waits longer for the truth; a connection that comes later helps nobody who asks now. */
export const LANE_CONNECT_WITHIN_MS = 2000;
const LANES = 2;
/** What pg says where its `query_timeout` has passed. */
const READ_TIMEOUT = 'Query read timeout';

export interface LaneOptions {
  readonly url: string;
  /** What a session is set to once, when it is opened. */
  readonly setup: string;
  readonly lastHang: LastHang;
}

/** Two connections for the truth. What is asked together has one Sync at its end, which is most of what a point read costs its server. */
export class TruthLanes implements TextSql {
  readonly #lanes: Lanes<Wire>;

  constructor({ url, setup, lastHang }: LaneOptions) {
    const readers = parserOf();
    this.#lanes = new Lanes(setup, () => {
      const client = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: LANE_CONNECT_WITHIN_MS });
      const drop = (): void => {
        lastHang.note();
        socketOf(client).destroy();
      };
      return { client, link: new Wire(client, { parserOf: readers, deadlineMs: LANE_DEADLINE_MS, drop }) };
    });
  }

  run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    return this.#lanes.use((wire) => wire.run<Row>(statement, params));
  }

  texts(statements: readonly Texts[]): Promise<readonly (readonly TextRow[])[]> {
    return this.#lanes.use((wire) => wire.texts(statements));
  }

  close(): Promise<void> {
    return this.#lanes.close();
  }
}

/** Two connections for what is metered: a statement is a transaction of its own, and answered once it is committed. */
export class MeterLanes implements Sql {
  readonly #lanes: Lanes<Client>;
  readonly #lastHang: LastHang;

  constructor({ url, setup, lastHang }: LaneOptions) {
    this.#lastHang = lastHang;
    const types = typesConfig();
    this.#lanes = new Lanes(setup, () => {
      const client = new Client({
        connectionString: url, pipeline: true, keepAlive: true, connectionTimeoutMillis: LANE_CONNECT_WITHIN_MS, query_timeout: LANE_DEADLINE_MS, types,
      });
      return { client, link: client };
    });
  }

  run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    return this.#lanes.use(async (client) => {
      try {
        return await send<Row>(client, statement, params);
      } catch (error) {
        if (error instanceof Error && error.message === READ_TIMEOUT) this.#lastHang.note();
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return this.#lanes.close();
  }
}

/** Connections that are shared by all who ask: each takes what is asked next. A lost one is made anew by the next question. */
class Lanes<Link> {
  readonly #setup: string;
  readonly #connect: () => { readonly client: Client; readonly link: Link };
  readonly #lanes: (Lane<Link> | null)[] = Array.from({ length: LANES }, () => null);
  #isClosed = false;

  constructor(setup: string, connect: () => { readonly client: Client; readonly link: Link }) {
    this.#setup = setup;
    this.#connect = connect;
  }

  /** Has the freest lane do the work: at once where it is connected. */
  use<Value>(work: (link: Link) => Promise<Value>): Promise<Value> {
    if (this.#isClosed) return Promise.reject(new OutageError('the database was closed'));
    const lane = this.#freest();
    lane.asked += 1;
    const answer = lane.isReady ? work(lane.link) : lane.ready.then(() => work(lane.link), notConnected);
    answer.then(lane.answered, lane.answered);
    return answer;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#lanes.filter((lane) => lane !== null).map(({ client }) => ended(client)));
  }

  #freest(): Lane<Link> {
    let best = 0;
    for (let at = 1; at < this.#lanes.length; at += 1) {
      if ((this.#lanes[at]?.asked ?? 0) < (this.#lanes[best]?.asked ?? 0)) best = at;
    }
    return this.#lanes[best] ?? this.#open(best);
  }

  #open(at: number): Lane<Link> {
    const { client, link } = this.#connect();
    const forget = (): void => {
      if (this.#lanes[at] === lane) this.#lanes[at] = null;
    };
    client.on('error', forget);
    client.on('end', forget);
    // With a deadline of its own: a server that hangs just now would leave a lane that is never ready, and never lost.
    const ready = client.connect().then(() => client.query({ text: this.#setup, query_timeout: LANE_CONNECT_WITHIN_MS } as QueryConfig)).then(() => {
      lane.isReady = true;
    });
    const lane: Lane<Link> = {
      client, link, ready, isReady: false, asked: 0,
      answered: () => {
        lane.asked -= 1;
      },
    };
    ready.catch(() => {
      forget();
      void ended(client);
    });
    this.#lanes[at] = lane;
    return lane;
  }
}

interface Lane<Link> {
  readonly client: Client;
  readonly link: Link;
  readonly ready: Promise<void>;
  readonly answered: () => void;
  isReady: boolean;
  asked: number;
}

const ignore = (): void => {};

/** Ends a connection, also one whose server says nothing any more. */
async function ended(client: Client): Promise<void> {
  const farewell = setTimeout(() => socketOf(client).destroy(), FAREWELL_MS);
  await client.end().catch(ignore);
  clearTimeout(farewell);
}

/**
 * Holds back what is written to a connection until the microtasks of this turn of the event loop have run: all statements of
 * a turn leave by one write. pg writes each by itself, and for a pipeline those system calls are most of what it costs.
 */
function batchWrites(client: ClientBase): void {
  const socket = socketOf(client);
  if (socket.writableCorked > 0) return;
  socket.cork();
  process.nextTick(() => socket.uncork());
}

/** pg's types have clients take no callback beside a config object; its code does, and a promise less counts here. */
function send<Row extends object>(client: Client, { name, text }: Statement, params: readonly Param[]): Promise<Row[]> {
  batchWrites(client);
  return new Promise((resolve, reject) => {
    client.query({ name, text, values: params as unknown[] }, (error: Error | null, result) => {
      if (error) reject(error);
      else resolve(result.rows as Row[]); // `as`: the statement's select list says what its rows are
    });
  });
}

function typesConfig(): TypeOverrides {
  const overrides = new TypeOverrides();
  for (const [oid, parse] of Object.entries(parsers())) overrides.setTypeParser(Number(oid), parse);
  return overrides;
}
