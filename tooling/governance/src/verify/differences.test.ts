import { expect, test } from 'vitest';
import { differences } from './differences.ts';

test.each<[string, unknown, unknown, readonly string[]]>([
  ['nothing', { a: [1], b: null }, { b: null, a: [1] }, []],
  ['a value', { a: { b: 1 } }, { a: { b: 2 } }, ['a b is 2, not 1']],
  ['a value that is gone, one that is new', { a: 1 }, { b: 2 }, ['a is missing, not 1', 'b is 2, not missing']],
  ['an entry, by its name', { of: [{ name: 't5', n: 1 }] }, { of: [{ name: 't5', n: 2 }] }, ['of t5 n is 2, not 1']],
  ['texts of a list', { passed: ['a', 'b'] }, { passed: ['b', 'c'] }, ['"a" was among passed, and is not now', '"c" is among passed now, and was not']],
  ['the order of a list', { passed: ['a', 'b'] }, { passed: ['b', 'a'] }, ['passed has another order or other counts now']],
  ['how often a text is there', { passed: ['a'] }, { passed: ['a', 'a'] }, ['passed has another order or other counts now']],
  ['an entry that is new', [{ name: 'a' }], [{ name: 'b' }, { name: 'a' }], ['b is {"name":"b"}, not missing']],
  ['the order of entries', { of: [{ name: 'a' }, { name: 'b' }] }, { of: [{ name: 'b' }, { name: 'a' }] }, ['of has another order now']],
])('%s', (_, before, after, expected) => {
  expect(differences(before, after)).toEqual(expected);
});

test('two entries of one name are not taken for one', () => {
  expect(differences([{ name: 'a', n: 1 }, { name: 'a', n: 2 }], [{ name: 'a', n: 2 }])).not.toEqual([]);
});
