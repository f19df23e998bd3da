import { poolerProblem } from '@hoc/l6-drivers/database/pooler-check';
import { createEmptyPostgres } from '@hoc/testbed/databases';
import { pgBouncerProgram, startPgBouncer, type PgBouncerSettings } from '@hoc/testbed/pgbouncer';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';

const program = pgBouncerProgram();
const POOLINGS = ['session', 'transaction'] as const;

async function emptyDatabase(): Promise<string> {
  const { url, drop } = await createEmptyPostgres();
  onTestFinished(drop);
  return url;
}

async function pooled(named: string, settings: PgBouncerSettings): Promise<string> {
  const bouncer = await startPgBouncer(named, await emptyDatabase(), settings);
  onTestFinished(() => bouncer.stop());
  return bouncer.url;
}

/** Has a pooler open so many sessions: nobody is given one that another still holds. */
async function openSessions(url: string, count: number): Promise<void> {
  const clients = await Promise.all(Array.from({ length: count }, async () => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query('begin');
    return client;
  }));
  for (const client of clients) {
    await client.query('rollback');
    await client.end();
  }
}

test.each(POOLINGS)('nothing is wrong with connections that are sessions of their own, pooled by %s', async (pooling) => {
  const url = await emptyDatabase();
  expect(await poolerProblem(url, pooling)).toBeNull();
});

describe.each(program === null ? [] : [program])('a pooler is found out, however it chooses among its sessions and whoever has asked it before: %s', (named) => {
  describe.each([false, true])('it takes them in turn: %s', (takesTurns) => {
    test.each([1, 2, 3, 4])('%i sessions of a pooler of transactions are no sessions of one\'s own; where it keeps prepared statements, they are good for transactions', async (open) => {
      const url = await pooled(named, { poolMode: 'transaction', poolSize: 4, maxPreparedStatements: 200, takesTurns });
      await openSessions(url, open);
      for (let start = 0; start < 3; start += 1) {
        expect(await poolerProblem(url, 'session')).toContain('HOC_DATABASE_POOLING');
        expect(await poolerProblem(url, 'transaction')).toBeNull();
      }
    });

    test.each([1, 2, 3, 4])('with %i sessions, one that keeps no prepared statements is told of at every start, also when former ones have left theirs behind', async (open) => {
      const url = await pooled(named, { poolMode: 'transaction', poolSize: 4, maxPreparedStatements: 0, takesTurns });
      await openSessions(url, open);
      for (let start = 0; start < 5; start += 1) expect(await poolerProblem(url, 'transaction')).toContain('max_prepared_statements');
    });

    test('one that pools sessions is what it is', async () => {
      const url = await pooled(named, { poolMode: 'session', poolSize: 4, maxPreparedStatements: 0, takesTurns });
      await openSessions(url, 4);
      for (let start = 0; start < 3; start += 1) expect(await poolerProblem(url, 'session')).toBeNull();
    });
  });
});
