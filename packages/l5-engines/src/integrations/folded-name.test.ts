import { expect, test } from 'vitest';
import { foldName } from './folded-name.ts';

test.each<readonly [one: string, other: string]>([
  ['OpenAI', 'openai'], ['ＯｐｅｎＡＩ', 'openai'], ['open\u00A0 ai ', 'Open AI'], ['Ä', 'A\u0308'], ['ﬁ', 'FI'],
  ['straße', 'STRASSE'], ['STRAẞE', 'strasse'], ['ΟΔΟΣ', 'οδος'], ['ΐ', 'Ϊ́'], ['open\u2800ai', 'open ai'],
  ...['\u200B', '\u200D', '\u00AD', '\u2060', '\u034F', '\uFE0F', '\u3164', '\u115F', '\u202E', '\u{E0041}'].map((unseen) => ['prod', `pr${unseen}od${unseen}`] as const),
])('%j and %j are one name', (one, other) => {
  expect(foldName(one)).toBe(foldName(other));
});

test('other names are other names', () => {
  expect(new Set(['a', 'b', 'a b', 'ab', 'ä', 'ss', 's'].map(foldName)).size).toBe(7);
});

test('a folded name is folded, in the small letters in which it is stored', () => {
  expect(foldName(' Straẞe  EINS')).toBe('strasse eins');
  for (const name of ['İstanbul', 'ŉ', 'ǰ', 'ᾳ', 'ﬃ ẞ', 'a\u0345', '㍿']) expect(foldName(foldName(name))).toBe(foldName(name));
});
