import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands between a server and its PostgreSQL, and can take it away as networks and machines do. */
export interface PostgresProxy {
  /** The database's URL, through the proxy. */
  readonly url: string;
  /** PostgreSQL is gone: connections break, and new ones are refused. */
  refuse(): Promise<void>;
  /** PostgreSQL says nothing any more: what is sent into the connections there are is lost, and new ones are never answered. */
  swallow(): void;
  /** It is back for new connections. Those that were swallowed stay dead, as they do behind a firewall that has forgotten them. */
  restore(): Promise<void>;
  /** New connections lead to another server from now on, and those that there are break: the address has moved. */
  lead(target: string): void;
}

export async function startProxy(target: string): Promise<PostgresProxy> {
  let to = new URL(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isSwallowing = false;
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [one, other] of [[near, far], [far, near]] as const) {
      one.on('error', () => {});
      one.on('close', () => {
        other.destroy();
        pairs.delete(pair);
      });
      if (!isSwallowing) one.pipe(other);
    }
  });
  const listen = (port: number): Promise<void> => new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  await listen(0);
  // A listening TCP server has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const refuse = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => { server.close(() => resolve()); });
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    await closed;
  };
  onTestFinished(() => { void refuse(); });
  const url = new URL(to);
  url.port = String(port);
  return {
    url: url.href,
    refuse,
    swallow: () => {
      isSwallowing = true;
      for (const pair of pairs) {
        for (const socket of pair) {
          socket.unpipe();
          socket.on('data', () => {});
        }
      }
    },
    lead: (other) => {
      to = new URL(other);
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
    restore: async () => {
      isSwallowing = false;
      if (!server.listening) await listen(port);
    },
  };
}
