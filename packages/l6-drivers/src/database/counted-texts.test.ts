import { expect, test } from 'vitest';
import { CountedTexts } from './counted-texts.ts';
import type { TextSql } from './sql.ts';

test('what is sent is counted before it is sent, whatever becomes of it', async () => {
  const seen: [string, number][] = [];
  const inner: TextSql = {
    run: async ({ name }) => {
      seen.push([name, counted.sent]);
      throw new Error('away');
    },
    texts: async (statements) => {
      seen.push([statements.map(({ statement }) => statement.name).join(), counted.sent]);
      return statements.map(() => [['1']]);
    },
  };
  const counted = new CountedTexts(inner);
  expect(counted.sent).toBe(0);
  expect(await counted.texts([{ statement: { name: 'a', text: '' }, params: [] }, { statement: { name: 'b', text: '' }, params: [] }])).toStrictEqual([[['1']], [['1']]]);
  await expect(counted.run({ name: 'c', text: '' }, [])).rejects.toThrow('away');
  expect(seen).toStrictEqual([['a,b', 1], ['c', 2]]);
});
