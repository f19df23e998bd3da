import { expect, test } from 'vitest';
import type { Mutant, MutantStatus } from './mutant.ts';
import { scoresByFile, tallyOf } from './score.ts';

const mutant = (status: MutantStatus, file = 'a.ts'): Mutant => ({ file, line: 1, mutator: 'M', original: 'x', replacement: 'y', status });
const many = (count: number, status: MutantStatus, file?: string): readonly Mutant[] => Array.from({ length: count }, () => mutant(status, file));

test('a score counts what was noticed of what could be: spared and unloadable mutants count for nothing', () => {
  expect(tallyOf([...many(6, 'KILLED'), ...many(1, 'TIMEOUT'), ...many(2, 'SURVIVED'), ...many(1, 'NO_COVERAGE'), ...many(5, 'IGNORED'), ...many(4, 'INVALID')])).toEqual({
    score: 70, killed: 6, timeout: 1, survived: 2, noCoverage: 1, ignored: 5, invalid: 4,
  });
});

test('100 is all of them: one survivor among a hundred thousand is not rounded away', () => {
  expect(tallyOf([...many(99_999, 'KILLED'), mutant('SURVIVED')])?.score).toBe(99.99);
  expect(tallyOf(many(3, 'KILLED'))?.score).toBe(100);
});

test('without a mutant that could be noticed there is no score, and so no good one', () => {
  expect(tallyOf([])).toBeNull();
  expect(tallyOf([mutant('IGNORED'), mutant('INVALID')])).toBeNull();
});

test('each file has its own score, in order; a file without mutants has none', () => {
  expect(scoresByFile([mutant('SURVIVED', 'b.ts'), mutant('KILLED', 'b.ts'), mutant('KILLED', 'a.ts'), mutant('IGNORED', 'c.ts')])).toEqual({ 'a.ts': 100, 'b.ts': 50 });
});
