import { expect, test } from 'vitest';
import { immutable } from './immutable.ts';

const isDeeplyFrozen = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));

test('plain data is frozen all the way down, and is the same data', () => {
  const value = { a: [{ b: { c: 1 } }], d: null, e: Object.assign(Object.create(null) as object, { f: {} }) };
  expect(immutable(value)).toBe(value);
  expect(isDeeplyFrozen(value)).toBe(true);
});

test('what hides in a part that came frozen is frozen too', () => {
  const value = immutable(Object.freeze({ a: Object.freeze([{ b: 1 }]) }));
  expect(isDeeplyFrozen(value)).toBe(true);
});

test('dates, sets and the like are left as they are', () => {
  const date = new Date(0);
  expect(Object.isFrozen(immutable({ date, set: new Set() }).date)).toBe(false);
  immutable([date, [date]]);
  expect(Object.isFrozen(date)).toBe(false);
  expect(() => immutable({ bytes: new Uint8Array(4) })).not.toThrow();
});

test('what is no plain data is left as it is also where it is all there is', () => {
  for (const value of [new Date(0), new Set([1]), new (class { readonly a = 1; })()]) expect(Object.isFrozen(immutable(value))).toBe(false);
});

test('what came frozen without parts, alone or in another, is answered as it is', () => {
  for (const value of [Object.freeze({}), Object.freeze([]), Object.freeze({ a: 1, b: Object.freeze([]) })]) expect(immutable(value)).toBe(value);
});

test('a circle of parts that came frozen ends, and what hangs on it is frozen', () => {
  const one: { other?: unknown; readonly hidden: object } = { hidden: { deep: {} } };
  one.other = Object.freeze([one, Object.freeze({ one })]);
  Object.freeze(one);
  expect(isDeeplyFrozen(immutable(one).hidden)).toBe(true);
});

test('a circle ends', () => {
  const one: { other?: unknown } = {};
  one.other = { one };
  expect(Object.isFrozen(immutable(one).other)).toBe(true);
});

test('depth does not overflow the stack', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  expect(Object.isFrozen(immutable(deep))).toBe(true);
});

test.each([null, undefined, 1, 'text', true])('what cannot change is answered as it is: %s', (value) => {
  expect(immutable(value)).toBe(value);
});
