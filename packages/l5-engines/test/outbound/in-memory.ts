import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import { createSecureContext } from 'node:tls';
import type { AllowedNetwork } from '../../src/outbound/allowed-network.ts';
import type { Outbound } from '../../src/outbound/outbound.ts';
import { Traffic, TRAFFIC_LIMITS } from '../../src/outbound/traffic.ts';

/** A network that the operator allows, and so may be asked in plain HTTP. */
export const LAB: readonly AllowedNetwork[] = [{ name: 'lab', ranges: ['10.1.0.0/16'] }];

/** What stands where the network would be. */
export interface InMemory {
  /** Every name is at 10.1.0.1, unless said otherwise. */
  readonly resolve?: Outbound['resolve'];
  /** In the place of a connection to {@link InMemory.serve}. */
  readonly dial?: Outbound['dial'];
  readonly serve?: RequestListener;
  /** In the place of HTTP: what the peer does with its end. */
  readonly peer?: (end: Duplex) => void;
  readonly networks?: readonly AllowedNetwork[];
}

export interface InMemoryOutbound {
  readonly outbound: Outbound;
  /** The names that were resolved. */
  readonly asked: readonly string[];
  /** To whom connections were opened: addresses and port. */
  readonly dialled: readonly string[];
  /** Our ends of them. */
  readonly sockets: readonly Duplex[];
}

/** Requests over a pair of streams: HTTP on both ends is Node's own, and nothing of it leaves the process. */
export const inMemory = ({ resolve = async () => ['10.1.0.1'], dial, serve = (_request, response) => response.end('ok'), peer, networks = LAB }: InMemory = {}): InMemoryOutbound => {
  const [asked, dialled, sockets]: [string[], string[], Duplex[]] = [[], [], []];
  const server = createServer(serve);
  const connected: Outbound['dial'] = async () => {
    const [ours, theirs] = duplexPair();
    sockets.push(ours);
    theirs.on('error', () => undefined);
    if (peer === undefined) server.emit('connection', theirs);
    else peer(theirs);
    // Node's client asks of a socket what any stream has; the rest is not there, and nobody asks for it.
    return ours as Socket;
  };
  const outbound: Outbound = {
    policy: { allowHttp: true, networks }, secureContext: createSecureContext(), traffic: new Traffic(TRAFFIC_LIMITS),
    resolve: async (host, signal) => {
      asked.push(host);
      return resolve(host, signal);
    },
    dial: async (addresses, port, signal) => {
      dialled.push(`${addresses.join(' ')} ${port}`);
      return (dial ?? connected)(addresses, port, signal);
    },
  };
  return { outbound, asked, dialled, sockets };
};

/** Never gives anything, however long one waits. */
export const never = <Value>(): Promise<Value> => Promise.withResolvers<Value>().promise;
