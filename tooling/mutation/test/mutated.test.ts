import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GROUPS } from '../src/groups.ts';
import { mutatedIn } from '../src/mutated.ts';

const ROOT = join(import.meta.dirname, '../../..');
const group = { name: 'decisions', mutate: ['tooling/mutation/src/stryker/*.ts'] } as const;

test('a file that is left out is not mutated, and tests never are', () => {
  const [first, ...rest] = mutatedIn(ROOT, { ...group, except: [] });
  expect([first, ...rest]).toEqual(expect.arrayContaining(['tooling/mutation/src/stryker/run-group.ts', 'tooling/mutation/src/stryker/text-at.ts']));
  expect([first, ...rest].filter((path) => path?.endsWith('.test.ts'))).toEqual([]);
  expect(mutatedIn(ROOT, { ...group, except: [{ file: first ?? '', reason: 'x' }] })).toEqual(rest);
});

test('a file that is left out and is not there is told', () => {
  expect(() => mutatedIn(ROOT, { ...group, except: [{ file: 'tooling/mutation/src/stryker/moved.ts', reason: 'x' }] })).toThrow('moved.ts is left out of decisions, and is not there');
});

test('what is left out of this repository is there, and says why', () => {
  for (const { except, ...of } of GROUPS) {
    expect(() => mutatedIn(ROOT, { ...of, except })).not.toThrow();
    for (const { reason } of except) expect(reason).toMatch(/^[A-Z].*\.$/);
  }
});
