import { expect, test } from 'vitest';
import { foldName } from './folded-name.ts';

test.each([['OpenAI', 'openai'], ['ＯｐｅｎＡＩ', 'openai'], ['open\u00A0 ai ', 'Open AI'], ['Ä', 'A\u0308'], ['ﬁ', 'FI']])('%j and %j are one name', (one, other) => {
  expect(foldName(one)).toBe(foldName(other));
});

test('other names are other names', () => {
  expect(new Set(['a', 'b', 'a b', 'ab', 'ä'].map(foldName)).size).toBe(5);
});
