import { OutageError } from './outage.ts';

/** What an error of storage means; see the kernel's port for the words. */
export type Meaning = 'RETRY' | 'OUTAGE' | 'BUG';

/** Serialisation failure, deadlock, a name drawn twice: nothing was written, and the same may succeed now. */
const RETRY = new Set(['40001', '40P01', '23505']);
/** A lock or a statement that took too long, a transaction that idled too long, a server that is read-only since a failover. */
const OUTAGE = new Set(['55P03', '57014', '25P03', '25006', 'XX000']);
/** Connection lost, resources short, server shutting down, disk or system trouble. */
const OUTAGE_CLASSES = ['08', '53', '57P', '58'];
/** What sockets and name resolution say. */
const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT']);
/** pg, pg-pool and PGlite give these no code. */
const UNCODED = /^(Connection terminated|timeout e|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after|PGlite is clos)/;

/**
 * What an error means, by its SQLSTATE, never by a constraint's name (SCALE-OUT.md, rule 8).
 * A failed COMMIT says XX000 or loses the connection: the outcome is unknown, so that is an outage and not a retry.
 */
export function classify(error: unknown): Meaning {
  if (error instanceof OutageError) return 'OUTAGE';
  if (error instanceof AggregateError && error.errors.length > 0) return classify(error.errors[0]);
  if (!(error instanceof Error)) return 'BUG';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === null) return UNCODED.test(error.message) ? 'OUTAGE' : 'BUG';
  if (RETRY.has(code)) return 'RETRY';
  return OUTAGE.has(code) || SOCKET.has(code) || OUTAGE_CLASSES.some((prefix) => code.startsWith(prefix)) ? 'OUTAGE' : 'BUG';
}
