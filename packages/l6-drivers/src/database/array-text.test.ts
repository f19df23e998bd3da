import { expect, test } from 'vitest';
import { arrayText } from './array-text.ts';

test('an array is written as PostgreSQL writes it', () => {
  expect(arrayText([])).toBe('{}');
  expect(arrayText([1, -2, 9_007_199_254_740_991, null])).toBe('{1,-2,9007199254740991,NULL}');
  expect(arrayText(['a', '', 'NULL', 'with "quotes", {braces} and \\', 'ü', null])).toBe('{"a","","NULL","with \\"quotes\\", {braces} and \\\\","ü",NULL}');
});
