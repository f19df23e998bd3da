import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A port of the loopback where nobody listened a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a server that listens on TCP has one
  server.close();
  await once(server, 'close');
  return port;
}
