import { types } from 'pg';
import { expect, test } from 'vitest';
import { instantOf, jsonOf, listOf } from './column-text.ts';

const byPg = (text: string): unknown => (types.getTypeParser as (oid: number, format: 'text') => (text: string) => unknown)(1009, 'text')(text);

test.each([
  '{}', '{a}', '{a:b,c:*}', '{invoices:read,invoices:write}', '{"a,b"}', String.raw`{"\"",b}`, String.raw`{"back\\slash"}`, '{"{curly}"}', '{NULL}', '{a,NULL,b}', '{"NULL"}', '{null}', '{NULLABLE,a}', '{""}', '{"",a}', '{" "}', '{ü,日本}',
  '{{a,b},{c,d}}', '[2:3]={a,b}',
])('the list %s is what the parser of all lists reads', (text) => {
  expect(listOf(text)).toStrictEqual(byPg(text));
});

test('nobody who got a list or an object can change it for another', () => {
  for (const list of ['{}', '{a,b}', '{"a,b"}'].map(listOf)) expect(Object.isFrozen(list)).toBe(true);
  expect(Object.isFrozen(jsonOf('{}'))).toBe(true);
});

test('objects and instants are what they say', () => {
  expect([jsonOf('{"a": [1, null, "{}"]}'), jsonOf('[]'), jsonOf('{}')]).toStrictEqual([{ a: [1, null, '{}'] }, [], {}]);
  expect(instantOf('2031-02-03 04:05:06.789+00')).toStrictEqual(new Date('2031-02-03T04:05:06.789Z'));
  expect(instantOf('0044-03-15 00:00:00+00')).toStrictEqual(new Date('0044-03-15T00:00:00Z'));
});
