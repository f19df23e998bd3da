import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalHash } from './canonical.ts';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

test('the example of RFC 8785, section 3.2, hashes as its canonical form does', () => {
  const example: unknown = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  // The UTF-8 bytes that section 3.2.4 prints.
  const bytes = Buffer.from(
    '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333333333333333332e333333333333332c' +
      '31652b33302c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d',
    'hex',
  );
  expect(canonicalHash(example)).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('keys are sorted by UTF-16 code units, as the example of RFC 8785, section 3.2.3, has them', () => {
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
  const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33'];
  const canonical = `{${sorted.map((key) => `${JSON.stringify(key)}:0`).join(',')}}`;
  expect(canonicalHash(Object.fromEntries(keys.map((key) => [key, 0])))).toBe(sha256(canonical));
});

test('the order of keys does not matter, at any depth; the order of a list does', () => {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).toReversed().map(([key, part]) => [key, turned(part)]));
  };
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    expect(canonicalHash(turned(value))).toBe(canonicalHash(value));
    expect(canonicalHash(JSON.parse(JSON.stringify(value)))).toBe(canonicalHash(value));
  }));
  expect(canonicalHash([1, 2])).not.toBe(canonicalHash([2, 1]));
});

test('values that differ as JSON differ in their hash', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
    fc.pre(JSON.stringify(one) !== JSON.stringify(other));
    // Objects may differ in the order of keys alone.
    fc.pre(typeof one !== 'object' || typeof other !== 'object');
    expect(canonicalHash(one)).not.toBe(canonicalHash(other));
  }));
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { a: '\udc00' }, undefined, () => 1])('what JSON cannot say is refused: %s', (value) => {
  expect(() => canonicalHash(value)).toThrow();
});

test.each([undefined, () => 1])('what has no JSON form at all is refused by that name: %s', (value) => {
  expect(() => canonicalHash(value)).toThrow(new TypeError('the value has no canonical JSON form'));
});

test('depth does not overflow the stack', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
  expect(canonicalHash(deep)).toBe(sha256(`${'['.repeat(5000)}${']'.repeat(5000)}`));
});
