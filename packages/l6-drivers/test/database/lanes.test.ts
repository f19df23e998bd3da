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
