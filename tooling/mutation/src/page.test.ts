import { expect, test } from 'vitest';
import { pageOf } from './page.ts';
import type { MutationSummary } from './summary.ts';

const summary: MutationSummary = {
  format: 'hoc.mutation/1', startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T01:00:00.000Z', tool: { name: 'stryker', version: '10.1.1' },
  groups: [{
    name: 'kernel', threshold: 90, score: 98.5, killed: 195, timeout: 2, survived: 3, noCoverage: 0, ignored: 0, invalid: 1, measuredAt: '2026-01-01T00:30:00.000Z',
    files: { 'k.ts': 'd1' }, tests: { 'k.test.ts': 'd2' }, scores: { 'k.ts': 98.5 },
  }],
  planted: { measuredAt: '2026-01-01T00:59:00.000Z', files: {} },
  invariants: [{
    id: 'BI-X-001', killedBy: { negated: 'a test', weakened: 'another', deleted: 'the list | of all' }, provenBy: { negated: 'proof 1', weakened: 'proof 2', deleted: 'proof 3' },
    alsoKilled: [{ fault: 'is HIGH only', by: 'the list' }],
  }],
  survivors: [
    { file: 'k.ts', line: 3, mutator: 'LogicalOperator', replacement: 'a || b', reason: 'both are the same' },
    { file: 'k.ts', line: 4, mutator: 'StringLiteral', replacement: '""', reason: null },
  ],
};

test('people read the same as machines: scores, who noticed what, and why the rest may live', () => {
  const page = pageOf(summary);
  for (const line of [
    'Written 2026-01-01T01:00:00.000Z, stryker 10.1.1.',
    '| kernel | **98.5 %** | 90 % | 195 | 2 | 3 | 0 | 0 | 1 | 2026-01-01T00:30:00.000Z |',
    '| k.ts | 98.5 % |',
    '| negated | a test | proof 1 |',
    '| weakened | another | proof 2 |',
    '| deleted | the list \\| of all | proof 3 |',
    '| is HIGH only | the list | |',
    '| k.ts:3 | LogicalOperator: `a \\|\\| b` | both are the same |',
    '| k.ts:4 | StringLiteral: `""` | **nobody has said** |',
  ]) expect(page.split('\n')).toContain(line);
});

test('without survivors the page says so', () => {
  expect(pageOf({ ...summary, survivors: [] })).toMatch(/## Survivors\n\nNone\.\n$/);
});
