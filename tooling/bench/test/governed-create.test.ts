import type { Database, Session } from '@hoc/l6-drivers/database/database';
import { createTestDatabase } from '@hoc/testbed/databases';
import { expect, onTestFinished, test } from 'vitest';
import { installationOn, type BenchTenant, type Installation } from '../src/governed-tenants.ts';
import { HandWritten, KEY } from '../src/hand-written.ts';
import { SameStatements } from '../src/same-statements.ts';

/** A database that writes down what its transactions are given: names of statements, and texts that begin and end them. */
function journaled(database: Database): { readonly database: Database; take(): readonly string[] } {
  let sent: string[] = [];
  const noting = (session: Session): Session => ({
    settings: session.settings,
    run: (statement, params) => {
      sent.push(statement.name);
      return session.run(statement, params);
    },
    control: (text) => {
      sent.push(text);
      return session.control(text);
    },
    handedOver: () => session.handedOver(),
    release: (isClean) => session.release(isClean),
  });
  return {
    database: {
      kind: database.kind, truth: database.truth, meters: database.meters, foreign: database.foreign,
      session: async () => noting(await database.session()),
      ping: () => database.ping(),
      close: () => database.close(),
    },
    take: () => {
      const taken = sent;
      sent = [];
      return taken;
    },
  };
}

const createGoverned = async ({ registry }: Pick<Installation, 'registry'>, { admin }: BenchTenant): Promise<void> => {
  expect(await registry.execute('api_keys.write', { method: 'create', principal: admin, input: KEY })).toMatchObject({ ok: true });
};

test('what a governed create is compared with are its very statements, in its order; what is compared beside it fits the tables as well', async () => {
  const db = await createTestDatabase('postgres');
  onTestFinished(() => db.close());
  const { database, take } = journaled(db.database);
  const installation = await installationOn({ url: db.url ?? '', database }, 1);
  const [tenant] = installation.tenants;
  if (tenant === undefined) throw new Error('there is no tenant');
  // The first key of a tenant may be a step of its onboarding: the second one is like all that follow.
  await createGoverned(installation, tenant);
  take();
  await createGoverned(installation, tenant);
  const governed = take();
  await new SameStatements(installation, database).create(tenant, KEY);
  expect(take()).toEqual(governed);
  const less = new HandWritten(installation, 2);
  onTestFinished(() => less.close());
  await less.sequential(tenant);
  await less.pipelined(tenant);
  const keys = await db.asOwner<{ count: number }>(`select count(*)::int as count from api_keys where tenant_id = $1 and kind = 'SERVICE' and meter_id = id`, [tenant.id]);
  expect(keys).toEqual([{ count: 5 }]);
});
