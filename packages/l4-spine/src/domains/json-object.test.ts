import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileText, hostileUnit } from '../../test/fixtures/hostile-text.ts';
import { faultOf, jsonObject, MAX_JSON_BYTES } from './json-object.ts';

const nested = (depth: number, make: (inner: unknown) => unknown): unknown => {
  let value: unknown = 1;
  for (let at = 0; at < depth; at += 1) value = make(value);
  return value;
};

describe('metadata', () => {
  test.each([
    ['an array', []], ['null', null], ['a text', '{}'], ['a number', 1], ['a date', new Date(0)], ['a map', new Map()], ['nothing', undefined],
  ])('%s is no JSON object', (_, value) => {
    expect(faultOf(value)).toBe('must be a JSON object');
  });

  test.each([
    ['a NUL in a text', { a: 'x\0' }], ['a lone surrogate in a text', { a: '\uD800' }], ['a NUL in a key', { 'a\0': 1 }], ['a lone surrogate in a key deep inside', { a: [{ '\uDFFF': 1 }] }],
    ['a key named __proto__', JSON.parse('{"a":{"__proto__":1}}')], ['NaN', { a: Number.NaN }], ['Infinity', { a: Number.POSITIVE_INFINITY }], ['a bigint', { a: 1n }],
    ['undefined', { a: undefined }], ['a function', { a: () => 1 }], ['a date', { a: new Date(0) }], ['an object that says how it is written', { a: { toJSON: () => 'x'.repeat(9999) } }],
  ])('%s is refused', (_, value) => {
    expect(faultOf(value)).not.toBeNull();
  });

  test('a level too many is refused, however many there are, and the stack does not overflow', () => {
    expect(faultOf({ a: nested(15, (inner) => [inner]) })).toBeNull();
    for (const depth of [16, 100, 1_000_000]) {
      expect(faultOf({ a: nested(depth, (inner) => [inner]) })).toBe('must be at most 16 levels deep');
      expect(faultOf({ a: nested(depth, (inner) => ({ a: inner })) })).toBe('must be at most 16 levels deep');
    }
  });

  test('the limit is in bytes of UTF-8, and exact', () => {
    const frame = Buffer.byteLength(JSON.stringify({ a: '' }));
    expect(faultOf({ a: 'x'.repeat(MAX_JSON_BYTES - frame) })).toBeNull();
    expect(faultOf({ a: 'x'.repeat(MAX_JSON_BYTES - frame + 1) })).not.toBeNull();
    expect(faultOf({ a: 'é'.repeat(MAX_JSON_BYTES / 2 - 4) })).toBeNull();
    expect(faultOf({ a: 'é'.repeat(MAX_JSON_BYTES / 2) })).not.toBeNull();
    expect(faultOf({ a: Array.from({ length: 1_000_000 }, () => 0) })).not.toBeNull();
  });

  test('whatever JSON passes comes out as it went in, and can be stored', () => {
    fc.assert(
      fc.property(fc.dictionary(hostileText, fc.jsonValue({ maxDepth: 3, stringUnit: hostileUnit })), (given) => {
        const value: unknown = JSON.parse(JSON.stringify(given));
        const parsed = jsonObject.safeParse(value);
        if (!parsed.success) return;
        expect(parsed.data).toEqual(value);
        const written = JSON.stringify(parsed.data);
        expect(written.includes(String.raw`\u0000`)).toBe(false);
        expect(/\\ud[89ab]/i.test(written)).toBe(false);
        expect(Buffer.byteLength(written)).toBeLessThanOrEqual(MAX_JSON_BYTES);
      }),
    );
  });
});
