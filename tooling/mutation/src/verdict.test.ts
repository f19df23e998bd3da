import { expect, test } from 'vitest';
import { problemsOf, shown } from './verdict.ts';

const survivor = { file: 'a.ts', line: 7, mutator: 'EqualityOperator', replacement: 'a <= b', reason: null };

test('nothing is wrong where every score is reached and every survivor has its reason', () => {
  expect(problemsOf([{ name: 'kernel', threshold: 90, score: 90 }, { name: 'decisions', threshold: null, score: 1 }], [{ ...survivor, reason: 'r' }], [])).toEqual([]);
});

test('a score below its threshold, a survivor that nobody explained and a reason that nobody needs are each a problem, with what to do', () => {
  const stale = { file: 'b.ts', mutator: 'StringLiteral', original: "'x'", replacement: '""', reason: 'r' };
  expect(problemsOf([{ name: 'kernel', threshold: 90, score: 89.99 }], [survivor], [stale])).toEqual([
    'kernel scores 89.99 %, and must reach 90 %: add tests that notice its survivors.',
    'a.ts:7 survived as `a <= b` (EqualityOperator): add a test that notices, or its reason in tooling/mutation/reasons.json.',
    "tooling/mutation/reasons.json: no survivor needs the reason for `'x'` (StringLiteral) in b.ts any more. Remove it.",
  ]);
});

test('code is shown on one line, and cut where it is long', () => {
  expect(shown('{\n  a;\n}')).toBe('`{ a; }`');
  expect(shown('x'.repeat(200))).toHaveLength(102);
});
