import { openPostgres } from '@hoc/l6-drivers/database/postgres';
import { createTestDatabase } from '@hoc/testbed/databases';
import { expect, onTestFinished, test } from 'vitest';

const ANSWER_WITHIN_MS = 20_000;
const ONE = { name: 'test.one', text: 'select 1 as "one"' };

test.each(['truth', 'meters'] as const)('lanes for %s that a server keeps waiting while they are set up are given up in time, and made anew once it answers', { timeout: 100_000 }, async (kind) => {
  const { url, asOwner, close } = await createTestDatabase('postgres');
  onTestFinished(close);
  // What every connection is asked first: the server has let them in, and then has no answer for an hour.
  const [{ source }] = (await asOwner<{ source: string }>(`select pg_get_functiondef('hoc_on_primary'::regproc) as source`)) as [{ source: string }];
  await asOwner(source.replace('BEGIN', 'BEGIN PERFORM pg_sleep(3600);'));
  const database = openPostgres({ url: url ?? '' });
  onTestFinished(() => database.close());
  const asked = performance.now();
  const answers = await Promise.allSettled(Array.from({ length: 4 }, () => database[kind].run(ONE, [])));
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
  expect(performance.now() - asked).toBeLessThan(ANSWER_WITHIN_MS);
  await asOwner(source);
  expect(await database[kind].run(ONE, [])).toEqual([{ one: 1 }]);
});

test.each(['truth', 'meters'] as const)('lanes for %s end in time where their server has fallen silent', { timeout: 100_000 }, async (kind) => {
  const { url, close } = await createTestDatabase('postgres');
  onTestFinished(close);
  const database = openPostgres({ url: url ?? '' });
  const [row] = await database[kind].run<{ pid: number }>({ name: 'test.pid', text: 'select pg_backend_pid() as pid' }, []);
  const pid = row?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(pid, 'SIGCONT'));
  await database.close();
});

test('a pool ends in time where its server has fallen silent in the middle of a transaction, which is told so', { timeout: 100_000 }, async () => {
  const { url, close } = await createTestDatabase('postgres');
  onTestFinished(close);
  const database = openPostgres({ url: url ?? '' });
  const session = await database.session();
  const [row] = await session.run<{ pid: number }>({ name: 'test.pid', text: 'select pg_backend_pid() as pid' }, []);
  const pid = row?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(pid, 'SIGCONT'));
  const begun = performance.now();
  const asked = session.run(ONE, []).catch((error: unknown) => {
    session.release(false);
    return error;
  });
  await database.close();
  expect(await asked).toBeInstanceOf(Error);
  // Not by the deadline of the statement, which is twelve seconds.
  expect(performance.now() - begun).toBeLessThan(10_000);
});
