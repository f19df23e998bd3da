import { describe, expect, test } from 'vitest';
import { count, tasksOf } from './results.mjs';
import type { SuitesReport, Task } from './results.mjs';

const CHECKS = ['toolchain', 'types', 'lint', 'boundaries', 'suites'];
const ended = (exitCodes: Readonly<Record<string, number>>): readonly Task[] => CHECKS.map((name) => ({ name, exitCode: exitCodes[name] }));
const GREEN = ended({ toolchain: 0, types: 0, lint: 0, boundaries: 0, suites: 0 });
const report = (passed: number, failed: number, files: SuitesReport['testResults'] = []): SuitesReport => ({
  numPassedTests: passed,
  numFailedTests: failed,
  testResults: files,
});

describe('count', () => {
  test('every test is one, and so is every other check', () => {
    expect(count(GREEN, report(812, 0))).toEqual({ passed: 816, failed: 0 });
  });

  test('a failed check is a failure beside passed tests', () => {
    expect(count(ended({ toolchain: 0, types: 2, lint: 0, boundaries: 0, suites: 0 }), report(812, 0))).toEqual({ passed: 815, failed: 1 });
  });

  test('failed tests count as themselves, not once more for their task', () => {
    expect(count(ended({ toolchain: 0, types: 0, lint: 0, boundaries: 0, suites: 1 }), report(810, 2))).toEqual({ passed: 814, failed: 2 });
  });

  test('a test file that cannot be loaded is a failure', () => {
    const files = [{ status: 'failed', assertionResults: [] }, { status: 'passed', assertionResults: [{ status: 'passed' }] }];
    expect(count(ended({ toolchain: 0, types: 0, lint: 0, boundaries: 0, suites: 1 }), report(810, 0, files))).toEqual({ passed: 814, failed: 1 });
  });

  test('suites that fail without a failed test (an unhandled error, a skipped test) are a failure', () => {
    expect(count(ended({ toolchain: 0, types: 0, lint: 0, boundaries: 0, suites: 1 }), report(812, 0))).toEqual({ passed: 816, failed: 1 });
  });

  test('suites that left no report are a failure, whatever they exited with', () => {
    expect(count(GREEN, undefined)).toEqual({ passed: 4, failed: 1 });
  });

  test('what never ran is a failure', () => {
    expect(count(ended({ toolchain: 1 }), undefined)).toEqual({ passed: 0, failed: 5 });
  });
});

describe('tasksOf', () => {
  test("reads the exit codes of turbo's summary", () => {
    const summary = { tasks: [{ task: 'types', execution: { exitCode: 0 } }, { task: 'lint', execution: { exitCode: 1 } }, { task: 'suites', execution: { exitCode: null } }] };
    expect(tasksOf(summary, ['types', 'lint', 'suites', 'boundaries'])).toEqual([
      { name: 'types', exitCode: 0 },
      { name: 'lint', exitCode: 1 },
      { name: 'suites', exitCode: undefined },
      { name: 'boundaries', exitCode: undefined },
    ]);
  });

  test('no summary means that nothing ran', () => {
    expect(tasksOf(undefined, ['types'])).toEqual([{ name: 'types', exitCode: undefined }]);
  });
});
