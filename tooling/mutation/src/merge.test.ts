import { describe, expect, test } from 'vitest';
import type { GroupName } from './groups.ts';
import { merge, type Measured, type Present } from './merge.ts';
import type { GroupSummary, InvariantSummary, MutationSummary, Survivor } from './summary.ts';

const group = (name: GroupName, but: Partial<GroupSummary> = {}): GroupSummary => ({
  name, threshold: 90, score: 95, killed: 19, timeout: 0, survived: 1, noCoverage: 0, ignored: 0, invalid: 0, measuredAt: 'then',
  files: { [`${name}.ts`]: 'one' }, tests: { [`${name}.test.ts`]: 'one' }, scores: { [`${name}.ts`]: 95 }, ...but,
});
const survivor = (name: GroupName): Survivor => ({ file: `${name}.ts`, line: 1, mutator: 'M', replacement: 'x', reason: 'r' });
const invariant: InvariantSummary = { id: 'BI-X-001', killedBy: { negated: 'a', weakened: 'b', deleted: 'c' }, provenBy: { negated: 'a', weakened: 'b', deleted: 'c' }, alsoKilled: [] };
const NAMES = ['kernel', 'invariants', 'decisions'] as const;

const last: MutationSummary = {
  format: 'hoc.mutation/1', startedAt: 'then', endedAt: 'then', tool: { name: 'stryker', version: '1' }, groups: NAMES.map((name) => group(name)),
  planted: { measuredAt: 'then', files: { 'catalogue.ts': 'one' } }, invariants: [invariant], survivors: NAMES.map(survivor),
};
const present: Present = {
  groups: { kernel: group('kernel'), invariants: group('invariants'), decisions: group('decisions') }, planted: { 'catalogue.ts': 'one' },
};
const run = { startedAt: 'now', endedAt: 'now', tool: { name: 'stryker', version: '2' } } as const;
const fresh = (name: GroupName, but: Partial<GroupSummary> = {}): Measured['groups'][number] => ({ group: group(name, { score: 100, measuredAt: 'now', ...but }), survivors: [] });

function problemsOf(merged: ReturnType<typeof merge>): readonly string[] {
  if (merged.ok) throw new Error('it was merged');
  return merged.problems;
}

test('what was measured now replaces what was said of it; the rest is taken over, with its survivors and its own time', () => {
  const merged = merge(last, { groups: [fresh('kernel')] }, present, run);
  if (!merged.ok) throw new Error(merged.problems.join());
  expect(merged.summary).toEqual({
    format: 'hoc.mutation/1', ...run, groups: [group('kernel', { score: 100, measuredAt: 'now' }), group('invariants'), group('decisions')],
    planted: last.planted, invariants: [invariant], survivors: [survivor('invariants'), survivor('decisions')],
  });
});

test('planted faults are replaced alone as well', () => {
  const other = { ...invariant, id: 'BI-X-002' };
  const merged = merge(last, { groups: [], planted: { about: { measuredAt: 'now', files: { 'catalogue.ts': 'one' } }, invariants: [other] } }, present, run);
  expect(merged).toMatchObject({ ok: true, summary: { planted: { measuredAt: 'now' }, invariants: [other], groups: [{ score: 95 }, { score: 95 }, { score: 95 }] } });
});

describe('there is no summary', () => {
  test('where a part was never measured: what to run is said', () => {
    expect(problemsOf(merge(null, { groups: [fresh('kernel')] }, present, run))).toEqual([
      'invariants was never measured. Run `pnpm mutate --only invariants`.',
      'decisions was never measured. Run `pnpm mutate --only decisions`.',
      'No faults were planted in the invariants yet. Run `pnpm mutate --only semantic`.',
    ]);
  });

  test.each([
    ['its code has changed', { files: { 'decisions.ts': 'two' } }, 'decisions.ts'],
    ['a test of it has changed', { tests: { 'decisions.test.ts': 'two' } }, 'decisions.test.ts'],
    ['a test of it is gone', { tests: {} }, 'decisions.test.ts'],
    ['it has a new file', { files: { 'decisions.ts': 'one', 'new.ts': 'one' } }, 'new.ts'],
  ])('where a part that was not measured now is of another tree: %s', (_what, but, file) => {
    const moved = { ...present, groups: { ...present.groups, decisions: group('decisions', but) } };
    expect(problemsOf(merge(last, { groups: [fresh('kernel')] }, moved, run))).toEqual([
      `decisions: ${file} changed since it was measured. Run \`pnpm mutate --only decisions\`, or \`pnpm mutate\` for all.`,
    ]);
  });

  test('where what faults were planted in has changed', () => {
    expect(problemsOf(merge(last, { groups: [fresh('kernel')] }, { ...present, planted: { 'catalogue.ts': 'two' } }, run))).toEqual([
      'semantic: catalogue.ts changed since it was measured. Run `pnpm mutate --only semantic`, or `pnpm mutate` for all.',
    ]);
  });

  test('where files changed under the measurement; of many, some are named', () => {
    const files = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, 'one']));
    expect(problemsOf(merge(last, { groups: [fresh('kernel', { files })] }, present, run))).toEqual([
      'kernel: a, b, c and 3 more changed while it was being measured. Run `pnpm mutate --only kernel`, or `pnpm mutate` for all.',
    ]);
  });
});
