import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '@hoc/l2-api/app';
import type { Spine } from '@hoc/l2-api/http/spine';
import type { Database } from '@hoc/l6-drivers/database/database';
import type { Param, Statement, TextRow, Texts, TextSql } from '@hoc/l6-drivers/database/sql';
import { createComposed, expectOk, type Composed } from '@hoc/testbed/composed';
import { BACKENDS } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compose } from '../src/compose.ts';

/** Sends at once, and keeps the answers back until it is told to hand them on. */
class HeldAnswers implements TextSql {
  readonly #truth: TextSql;
  readonly #gate = Promise.withResolvers<void>();
  answered = 0;

  constructor(truth: TextSql) {
    this.#truth = truth;
  }

  run<Row extends object>(statement: Statement, params: readonly Param[]): Promise<Row[]> {
    return this.#truth.run<Row>(statement, params);
  }

  async texts(statements: readonly Texts[]): Promise<readonly (readonly TextRow[])[]> {
    const rows = await this.#truth.texts(statements);
    this.answered += 1;
    await this.#gate.promise;
    return rows;
  }

  handOn(): void {
    this.#gate.resolve();
  }
}

/** A second server on the database of another, whose answers about tokens are held back. */
interface HeldServer {
  readonly held: HeldAnswers;
  /** How often somebody was looked up. */
  readonly lookedUp: () => number;
  /** Verifies what is no token, as whoever has this one. */
  verify(serviceToken: string): Promise<Response>;
  close(): Promise<void>;
}

/** Nothing is to go wrong inside here. */
const fail = (what: unknown): never => {
  throw new Error('something went wrong inside', { cause: what });
};

/** @param through what its HTTP layer has of its registry */
async function heldServer({ db, vault }: Composed, through: (spine: Spine) => Spine = (spine) => spine): Promise<HeldServer> {
  const held = new HeldAnswers(db.database.truth);
  const database: Database = { ...db.database, truth: held };
  const registry = compose({ database, vault, reporter: { failure: fail }, alarm: fail });
  let lookedUp = 0;
  const spine: Spine = {
    operation: (address, method) => registry.operation(address, method),
    moment: () => registry.moment(),
    execute: (address, call) => {
      if (call.method === 'authenticate') lookedUp += 1;
      return registry.execute(address, call);
    },
  };
  const app = await createApp({ registry: through(spine), ready: async () => true });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo; // a listening TCP server's
  return {
    held,
    lookedUp: () => lookedUp,
    verify: (serviceToken) =>
      fetch(`http://127.0.0.1:${port}/int/v1/keys/verify`, {
        method: 'POST', headers: { authorization: `Bearer ${serviceToken}`, 'content-type': 'application/json' }, body: JSON.stringify({ token: 'no token' }),
      }),
    close: async () => {
      await app.close();
    },
  };
}

describe.each(BACKENDS)('a service token, on %s', (backend) => {
  let hoc: Composed;

  beforeAll(async () => {
    hoc = await createComposed(backend);
  });
  afterAll(() => hoc.close());

  const asOperator = async <Value>(method: string, input: unknown): Promise<Value> =>
    expectOk<Value>(await hoc.registry.execute('account.write', { method, principal: hoc.operator, input }));
  const newToken = (): Promise<{ readonly id: string; readonly token: string }> => asOperator('create_token', { plane: 'int', name: 'gateway' });

  /** What two requests are told, of which one is under way while the token is revoked, and the other begins after that has been answered. */
  const aroundARevocation = async (through?: (spine: Spine) => Spine): Promise<readonly number[]> => {
    const { id, token } = await newToken();
    const server = await heldServer(hoc, through);
    const before = server.verify(token);
    await expect.poll(() => server.held.answered).toBe(1);
    await asOperator('revoke_token', { tokenId: id });
    const after = server.verify(token);
    // It comes in, and its look-up is answered if there is one.
    await sleep(200);
    server.held.handOn();
    const told = [(await before).status, (await after).status];
    await server.close();
    return told;
  };

  test('that is revoked while it is looked up does not stand for whoever comes after the answer to that', async () => {
    expect(await aroundARevocation()).toStrictEqual([200, 401]);
  });

  test('would stand for them, were a look-up shared that had been sent: this harness finds that', async () => {
    expect(await aroundARevocation((spine) => ({ ...spine, moment: () => 0 }))).toStrictEqual([200, 200]);
  });

  test('is looked up a few times for many who come while others are answered, and each is answered as itself', async () => {
    const { token } = await newToken();
    const server = await heldServer(hoc);
    const asked = Promise.all(Array.from({ length: 40 }, () => server.verify(token)));
    await expect.poll(() => server.held.answered).toBeGreaterThan(0);
    await sleep(200);
    server.held.handOn();
    const answers = await asked;
    expect(answers.map(({ status }) => status)).toStrictEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(40);
    expect(server.lookedUp()).toBeLessThan(10);
    await server.close();
  });
});
