import { describe, expect, test } from 'vitest';
import { leftOut, type RanFile } from './completeness.ts';

const file = (path: string, project: string, change: Partial<RanFile> = {}): RanFile => ({ path, project, tests: 3, left: [], ...change });
const UNIT = 'packages/l4-spine/src/kernel/mode.test.ts';
const HTTP = 'packages/l2-api/test/http/keys.test.ts';

describe('leftOut', () => {
  test('finds nothing when every project and every file ran whole', () => {
    expect(leftOut(['unit', 'http'], [UNIT, HTTP], [file(UNIT, 'unit'), file(HTTP, 'http')])).toEqual([]);
  });

  test('a project that found no test file is a fault', () => {
    expect(leftOut(['unit', 't5'], [UNIT], [file(UNIT, 'unit')])).toEqual(['project t5 found no test file: correct its include in vitest.config.ts']);
  });

  test('a test file in no project is a fault', () => {
    expect(leftOut(['unit'], [UNIT, HTTP], [file(UNIT, 'unit')])).toEqual([`${HTTP} belongs to no project of vitest.config.ts, so it never runs`]);
  });

  test('a test file in two projects is a fault', () => {
    expect(leftOut(['unit', 'http'], [UNIT, HTTP], [file(UNIT, 'unit'), file(HTTP, 'http'), file(UNIT, 'http')])).toEqual([
      `${UNIT} runs in unit and http: one project is enough`,
    ]);
  });

  test('a file without a test, and a test that was skipped, are faults', () => {
    expect(leftOut(['unit', 'http'], [UNIT, HTTP], [file(UNIT, 'unit', { tests: 0 }), file(HTTP, 'http', { left: ['404 is 404'] })])).toEqual([
      `${UNIT} has no test`,
      `${HTTP}: "404 is 404" was skipped. Make it run, or remove it`,
    ]);
  });
});
