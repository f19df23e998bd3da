import { expect, test } from 'vitest';
import { repeated } from './repeated.ts';

test('names that stand in a list more than once are said once', () => {
  expect(repeated(['b', 'a', 'b', 'c', 'a', 'b'])).toEqual(['a', 'b']);
  expect(repeated(['a', 'b'])).toEqual([]);
});
