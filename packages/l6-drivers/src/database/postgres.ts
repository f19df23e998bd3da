import { begin } from './begin.ts';
import type { Database } from './database.ts';
import { LANE_CONNECT_WITHIN_MS, LANE_DEADLINE_MS, MeterLanes, TruthLanes } from './lanes.ts';
import { LastHang } from './last-hang.ts';
import { SessionPool, type Pooling } from './session-pool.ts';
import { FOR_METERS, FOR_TRANSACTIONS, FOR_TRUTH, forSession, type SessionSettings } from './session-settings.ts';
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
  const truth = new TruthLanes({ url, setup: `${forSession(FOR_TRUTH)}; set default_transaction_read_only = on`, lastHang });
  const meters = new MeterLanes({ url, setup: forSession(FOR_METERS), lastHang });
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
