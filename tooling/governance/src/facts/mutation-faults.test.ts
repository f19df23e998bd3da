import { expect, test } from 'vitest';
import { matchesAny } from '../files/matches-any.ts';
import { mutationFaults } from './mutation-faults.ts';
import type { MutationPolicy } from './mutation-policy.ts';
import type { MutationGroup, MutationSummary } from './mutation-summary.ts';

const PATHS = ['rules/a.test.ts', 'rules/a.ts', 'rules/b.ts'];
const present = { matching: (globs: readonly string[], except: readonly string[] = []): readonly string[] => PATHS.filter((path) => matchesAny(path, globs) && !matchesAny(path, except)) };
const policy: MutationPolicy = { groups: { kernel: { threshold: 90, files: ['rules/*.ts'], except: ['**/*.test.ts'], tests: ['rules/*.test.ts'] } }, planted: ['rules/*'] };
const all = (...paths: string[]): Readonly<Record<string, string>> => Object.fromEntries(paths.map((path) => [path, 'digest']));
const group: MutationGroup = {
  name: 'kernel', threshold: 90, score: 90, killed: 8, timeout: 1, survived: 1, noCoverage: 0, ignored: 0, files: all('rules/a.ts', 'rules/b.ts'), tests: all('rules/a.test.ts'),
};
const summary: MutationSummary = {
  format: 'hoc.mutation/1', tool: { name: 'stryker', version: '10' }, groups: [group], planted: { files: all(...PATHS) }, invariants: [],
  survivors: [{ file: 'rules/a.ts', line: 1, mutator: 'StringLiteral', reason: 'a text' }],
};

test('a summary of all that is asked for has no fault', () => {
  expect(mutationFaults(summary, policy, present)).toEqual([]);
});

test.each<[string, Partial<MutationSummary>]>([
  ['the mutation summary has no group kernel', { groups: [], survivors: [] }],
  ['the mutation summary has a group extra, which is not asked for', { groups: [group, { ...group, name: 'extra' }] }],
  ['the mutation summary has the group kernel twice', { groups: [group, group] }],
  ['the mutation summary holds kernel to 1 %, and not to 90 %', { groups: [{ ...group, threshold: 1 }] }],
  ['the mutation summary holds kernel to no %, and not to 90 %', { groups: [{ ...group, threshold: null }] }],
  ['the mutants of kernel are not of rules/b.ts, which is asked for', { groups: [{ ...group, files: all('rules/a.ts') }] }],
  ['the mutants of kernel are of rules/c.ts, which is not asked for', { groups: [{ ...group, files: all('rules/a.ts', 'rules/b.ts', 'rules/c.ts') }] }],
  ['the tests of kernel are not of rules/a.test.ts, which is asked for', { groups: [{ ...group, tests: {} }] }],
  ['1 mutants of kernel live, and the mutation summary lists 0', { survivors: [] }],
  ['the mutation summary lists a survivor in else.ts:3, which no group has', { survivors: [...summary.survivors, { file: 'else.ts', line: 3, mutator: 'x', reason: 'y' }] }],
  ['no faults were planted in the invariants', { planted: null }],
  ['the planted faults are not of rules/b.ts, which is asked for', { planted: { files: all('rules/a.ts', 'rules/a.test.ts') } }],
])('%s', (fault, change) => {
  expect(mutationFaults({ ...summary, ...change }, policy, present)).toEqual([fault]);
});

test('globs that match nothing ask for nothing: that is a fault, too', () => {
  expect(mutationFaults({ ...summary, planted: { files: {} } }, { ...policy, planted: ['gone/*'] }, present)).toEqual(['the planted faults: nothing in the tree matches what the configuration asks for']);
});
