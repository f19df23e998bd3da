import { expect, test } from 'vitest';
import { matchesAny } from './matches-any.ts';

test.each([
  ['src/a.ts', 'src/*.ts', true],
  ['src/deep/a.ts', 'src/**', true],
  ['src/deep/a.ts', 'src/*.ts', false],
  ['apps/server/src/a.ts', '{apps,packages}/*/src/**', true],
  ['src/.hidden.ts', 'src/*.ts', true],
  ['src/.hidden/a.ts', 'src/**/*.ts', true],
  ['.github/a.yml', '.github/**', true],
  ['src/a.ts', 'src/.a.ts', false],
])('%s and %s: %s', (path, glob, isMatch) => {
  expect(matchesAny(path, [glob])).toBe(isMatch);
});
