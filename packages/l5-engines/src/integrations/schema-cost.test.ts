import { describe, expect, test } from 'vitest';
import { linearRegExp } from './linear-regexp.ts';
import { patternsOf, schemaCost } from './schema-cost.ts';

test('patterns are what the two keywords state, where they state any', () => {
  expect(patternsOf('pattern', '^a')).toEqual(['^a']);
  expect(patternsOf('patternProperties', { '^a': true, '^b': {} })).toEqual(['^a', '^b']);
  for (const [keyword, value] of [['pattern', 1], ['patternProperties', 'abc'], ['patternProperties', null], ['properties', { a: true }], ['title', '^a']] as const) {
    expect(patternsOf(keyword, value)).toEqual([]);
  }
});

describe('the cost of a schema', () => {
  test('is its parts, and the instructions of its patterns', () => {
    expect(schemaCost({})).toBe(1);
    expect(schemaCost({ type: 'object', properties: { a: {}, b: { type: 'string' } } })).toBe(4);
    expect(schemaCost({ pattern: '^[a-z]+$' })).toBe(1 + linearRegExp('^[a-z]+$').size);
  });

  test('has what is referred to in the place of each reference', () => {
    const $defs = { 'a~b': { enum: ['x'] }, 'c/d': {}, 'e f': {} };
    const alone = schemaCost({ $defs });
    const cost = (...references: unknown[]): number => (schemaCost({ $defs, allOf: references.map(($ref) => ({ $ref })) }) ?? 0) - (alone ?? 0);
    const none = cost('#/none');
    expect([cost('#/$defs/a~0b'), cost('#/$defs/c~1d'), cost('#/$defs/e%20f')]).toEqual([none + 2, none + 1, none + 1]);
    expect(cost('#/$defs/a~0b', '#/$defs/a~0b') - cost('#/$defs/a~0b')).toBe(3);
  });

  test('is none for a reference that leads nowhere', () => {
    const base = { default: null, title: 'x', anyOf: [] };
    const nowhere = schemaCost({ ...base, items: { $ref: '#/none' } });
    for (const $ref of ['#/none/deeper', '#/default/deeper', '#/title/0', '#/title/none', '#/__proto__', 1, null]) expect(schemaCost({ ...base, items: { $ref } })).toBe(nowhere);
  });

  test('has no end where a part refers to itself', () => {
    expect(schemaCost({ items: { $ref: '#' } })).toBeNull();
    expect(schemaCost({ $defs: { a: { items: { $ref: '#/$defs/a' } } } })).toBeNull();
  });
});
