import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TestCertificate } from './test-ca.ts';

/** A server of the loopback that outbound requests are sent to. */
export interface Target {
  readonly port: number;
  /** Connections that it has taken, ever. */
  readonly taken: () => number;
  /** Connections that are open now. */
  readonly open: () => number;
  readonly close: () => Promise<void>;
}

export interface HttpTarget extends Target {
  /** What it was asked, in order. */
  readonly asked: readonly IncomingMessage[];
}

interface Place {
  /** An address of the loopback: 127.0.0.1 unless said otherwise. */
  readonly address?: string;
  readonly port?: number;
}

/** A real HTTPS server. `answer` decides how well it behaves. */
export const startHttpsTarget = async (certificate: TestCertificate, answer: RequestListener, place: Place = {}): Promise<HttpTarget> =>
  http(createHttpsServer({ ...certificate, keepAlive: false }), answer, place);

/** The same without TLS. */
export const startHttpTarget = async (answer: RequestListener, place: Place = {}): Promise<HttpTarget> => http(createHttpServer(), answer, place);

/** A server that speaks no protocol: what it does with a connection is up to `meet`. */
export const startTcpTarget = async (meet: (socket: Socket) => void, place: Place = {}): Promise<Target> => {
  const server = createTcpServer();
  const target = await listening(server, place);
  server.on('connection', meet);
  return target;
};

async function http(server: HttpServer, answer: RequestListener, place: Place): Promise<HttpTarget> {
  const asked: IncomingMessage[] = [];
  server.on('request', (request, response) => {
    asked.push(request);
    answer(request, response);
  });
  return { ...(await listening(server, place)), asked };
}

async function listening(server: Server, { address = '127.0.0.1', port = 0 }: Place): Promise<Target> {
  const sockets = new Set<Socket>();
  let taken = 0;
  server.on('connection', (socket: Socket) => {
    taken += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  // A handshake that the client breaks off.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  return {
    // A listening TCP server has an address of this shape.
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    open: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
