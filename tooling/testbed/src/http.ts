import type { AddressInfo } from 'node:net';
import { createApp } from '@hoc/l2-api/app';
import { createComposed, type Composed, type ComposedOptions } from './composed.ts';
import type { Backend } from './databases.ts';

/** HOC behind real HTTP on a free port of the loopback, in this process. */
export interface TestServer extends Composed {
  readonly url: string;
  /** Asks the database as the owner of the tables, past HOC: what an enemy with access to it could do. */
  readonly asOwner: Composed['db']['asOwner'];
}

export async function startTestServer({ backend, ...options }: { readonly backend: Backend } & ComposedOptions): Promise<TestServer> {
  const composed = await createComposed(backend, options);
  const app = await createApp({
    registry: composed.registry,
    ready: async () => {
      await composed.db.database.ping();
      return true;
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  // A listening TCP server has an address of this shape.
  const { port } = app.server.address() as AddressInfo;
  return {
    ...composed,
    asOwner: composed.db.asOwner,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await app.close();
      await composed.close();
    },
  };
}
