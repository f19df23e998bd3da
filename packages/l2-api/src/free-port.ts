import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/**
 * A port of the host that nobody listens on now: for several processes that are to answer on the same one.
 * Throws what listening throws where the host cannot be had.
 */
export async function freePort(host: string): Promise<number> {
  const server = createServer();
  await once(server.listen({ host, port: 0 }), 'listening');
  // A server that listens on TCP has an address of this shape.
  const { port } = server.address() as AddressInfo;
  // Before that, the port is this server's still.
  await once(server.close(), 'close');
  return port;
}
