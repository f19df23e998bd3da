import type { ChildProcess } from 'node:child_process';

/** A connection as node:cluster hands it on. */
interface Connection {
  close(): void;
}

/**
 * Closes the connections that a worker was handed and had not taken when it died, so that whoever is at the other end may knock again.
 * Node's primary forgets them: it closes its end of a connection when the worker answers, and one that has died never does. Without
 * this, such a caller would wait for ever.
 * @see node's lib/internal/cluster/round_robin_handle.js, handoff
 */
export function closeWhatIsNotTaken(worker: ChildProcess): void {
  // One that could not be made has nobody to hand anything to.
  if (!worker.connected) return;
  const handed = new Map<number, Connection>();
  const send = worker.send.bind(worker) as (...words: readonly unknown[]) => boolean; // of its overloads, whichever is called
  worker.send = (...words: readonly unknown[]): boolean => {
    const [message, connection] = words;
    if (isHanding(message) && isConnection(connection)) handed.set(message.seq, connection);
    return send(...words);
  };
  // An event of Node's own, which no type names.
  (worker as NodeJS.EventEmitter).on('internalMessage', (message: unknown) => {
    if (isTaking(message)) handed.delete(message.ack);
  });
  const closeAll = (): void => {
    for (const connection of handed.values()) connection.close();
    handed.clear();
  };
  // What it had answered may still wait to be read: once all that has come was looked at again, there is no more of it.
  worker.once('exit', () => setImmediate(() => setImmediate(closeAll)));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const isHanding = (message: unknown): message is { readonly seq: number } => isObject(message) && message['act'] === 'newconn' && typeof message['seq'] === 'number';
const isTaking = (message: unknown): message is { readonly ack: number } => isObject(message) && typeof message['ack'] === 'number';
const isConnection = (value: unknown): value is Connection => isObject(value) && typeof value['close'] === 'function';
