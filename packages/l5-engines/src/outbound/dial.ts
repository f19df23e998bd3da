import { once } from 'node:events';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import { isInRanges } from '../address.ts';

/**
 * A connection to one of these addresses. Rejects when none takes it, and as soon as the signal is aborted; nothing stays
 * open then.
 */
export type Dial = (addresses: readonly string[], port: number, signal: AbortSignal) => Promise<Socket>;

/**
 * Dials the addresses that were judged, one after the other until one answers. INVARIANT: no name is looked up here. Node
 * gets the list in the place of a lookup, so that a second answer of DNS (rebinding) can reach nobody.
 */
export const dialTcp: Dial = async (addresses, port, signal) => {
  const judged: LookupFunction = (_name, _options, done) => done(null, addresses.map((address) => ({ address, family: isIP(address) })));
  const socket = connect({ host: 'judged.invalid', port, lookup: judged, autoSelectFamily: true, noDelay: true });
  // Errors are told to whoever waits; one that comes later must not end the process.
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect', { signal });
    if (!isInRanges(addresses, socket.remoteAddress ?? '')) throw new Error('the connection went to an address that was not judged');
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
};
