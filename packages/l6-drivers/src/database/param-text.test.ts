import { expect, test } from 'vitest';
import { paramText } from './param-text.ts';

test('text is sent as it is, and null is no text', () => {
  for (const text of ['', 'plain', 'NULL', '{}', '"quoted"', 'ü→😀']) expect(paramText(text)).toBe(text);
  expect(paramText(null)).toBeNull();
});

test('numbers and truth values are written as PostgreSQL reads them', () => {
  expect([0, -7, 1.5, 1e15, Number.MAX_SAFE_INTEGER].map((number) => paramText(number))).toStrictEqual(['0', '-7', '1.5', '1000000000000000', '9007199254740991']);
  expect([true, false].map((is) => paramText(is))).toStrictEqual(['true', 'false']);
});

test('an instant is written in UTC with its milliseconds, whatever year it falls in', () => {
  const written = (iso: string): string | null => paramText(new Date(iso));
  expect(written('2026-11-23T13:06:52.834Z')).toBe('2026-11-23T13:06:52.834Z');
  expect(written('0001-01-01T00:00:00.000Z')).toBe('0001-01-01T00:00:00.000Z');
  expect(written('+012026-01-02T03:04:05.006Z')).toBe('12026-01-02T03:04:05.006Z');
  expect(written('0000-12-31T23:59:59.999Z')).toBe('0001-12-31T23:59:59.999Z BC');
  expect(written('-000043-03-15T12:00:00.000Z')).toBe('0044-03-15T12:00:00.000Z BC');
});

test('an instant that is none cannot be sent', () => {
  expect(() => paramText(new Date(Number.NaN))).toThrow(RangeError);
});

test('in an array every text is quoted, and what is syntax there is escaped', () => {
  expect(paramText([])).toBe('{}');
  expect(paramText(['a', '', 'NULL', 'a,b', '{x}'])).toBe('{"a","","NULL","a,b","{x}"}');
  expect(paramText([String.raw`say "\"`])).toBe(String.raw`{"say \"\\\""}`);
  expect(paramText([1, -2.5, null])).toBe('{1,-2.5,NULL}');
  expect(paramText(['a', null])).toBe('{"a",NULL}');
});
