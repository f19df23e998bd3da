import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { textNumber } from './text-number.ts';

test('equal texts have one number, however they came to be', () => {
  const text = 'key_01JD0000000000000000000001';
  expect(textNumber(Buffer.from(text).toString())).toBe(textNumber(text));
  expect(textNumber(`${text.slice(0, 9)}${text.slice(9)}`)).toBe(textNumber(text));
});

test('a number is whole, and from 0 to 2^30 - 1, of any text', () => {
  for (const text of ['', 'a', 'key_1', 'ÿ\u{1f600}'.repeat(9), '\0'.repeat(8)]) {
    const number = textNumber(text);
    expect([Number.isInteger(number), number >= 0, number < 2 ** 30]).toStrictEqual([true, true, true]);
  }
});

test.each([
  ['digests', (n: number) => createHmac('sha256', 'a pepper of a test').update(`${n}`).digest('base64')],
  ['digests in hexadecimal', (n: number) => createHmac('sha256', 'a pepper of a test').update(`${n}`).digest('hex')],
  ['ids that count up', (n: number) => `key_01JD${n.toString(36).padStart(22, '0')}`],
])('few of 50 000 %s share a number', (_, textOf) => {
  const numbers = new Set(Array.from({ length: 50_000 }, (__, n) => textNumber(textOf(n))));
  // Of numbers by chance, 1.2 would be the second of theirs.
  expect(numbers.size).toBeGreaterThan(49_900);
});
