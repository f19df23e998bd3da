import { describe, expect, test } from 'vitest';
import type { Mutant } from './mutant.ts';
import { explain, parseReasons, type Reason } from './reasons.ts';

const survivor: Mutant = { file: 'a.ts', line: 7, mutator: 'EqualityOperator', original: 'a < b', replacement: 'a <= b', status: 'SURVIVED' };
const reason: Reason = { file: 'a.ts', mutator: 'EqualityOperator', original: 'a < b', replacement: 'a <= b', reason: 'they are never equal' };
const measured = new Set(['a.ts']);

describe('a reason', () => {
  test('is found by what is changed, wherever that has moved to', () => {
    expect(explain([{ ...survivor, line: 99 }], [reason], measured)).toEqual({
      survivors: [{ file: 'a.ts', line: 99, mutator: 'EqualityOperator', replacement: 'a <= b', reason: 'they are never equal' }], stale: [],
    });
  });

  test.each(['file', 'mutator', 'original', 'replacement'] as const)('is of no use to a mutant of another %s, and stale then', (field) => {
    const { survivors, stale } = explain([{ ...survivor, [field]: 'other' }], [reason], measured);
    expect(survivors.map(({ reason: why }) => why)).toEqual([null]);
    expect(stale).toEqual([reason]);
  });

  test('is stale when its mutant was noticed, and serves two that are the same change', () => {
    expect(explain([{ ...survivor, status: 'KILLED' }], [reason], measured)).toEqual({ survivors: [], stale: [reason] });
    expect(explain([survivor, { ...survivor, line: 9, status: 'NO_COVERAGE' }], [reason], measured)).toMatchObject({ survivors: [{ line: 7 }, { line: 9 }], stale: [] });
  });

  test('of a file that was not measured is left alone', () => {
    expect(explain([], [{ ...reason, file: 'b.ts' }], measured).stale).toEqual([]);
  });
});

test('survivors come in the order of their places', () => {
  const places = [['b.ts', 1], ['a.ts', 10], ['a.ts', 9]] as const;
  const { survivors } = explain(places.map(([file, line]) => ({ ...survivor, file, line })), [], measured);
  expect(survivors.map(({ file, line }) => [file, line])).toEqual([['a.ts', 9], ['a.ts', 10], ['b.ts', 1]]);
});

test('a file of reasons is a list of complete ones: a blank reason is none', () => {
  expect(parseReasons(JSON.stringify([reason]))).toEqual([reason]);
  expect(() => parseReasons('{}')).toThrow('not a list');
  for (const wrong of [{ ...reason, reason: ' ' }, { ...reason, original: undefined }, { ...reason, file: 7 }, null]) {
    expect(() => parseReasons(JSON.stringify([reason, wrong]))).toThrow('reason 2 needs');
  }
});
