import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultOf } from './command.ts';
import { countsReport } from './counts-report.ts';
import { guardRun } from './guard-run.ts';
import { proofRun } from './proof-run.ts';
import { vitestReport } from './vitest-report.ts';

const ROOT = join('/', 'repo');

test('vitest: every test is counted by its own state, and named by file, describe and test', () => {
  const text = JSON.stringify({
    numPassedTests: 99,
    testResults: [{
      name: join(ROOT, 'test', 'a.test.ts'), status: 'failed',
      assertionResults: [
        { ancestorTitles: ['keys', 'create'], title: 'denies', status: 'passed' },
        { ancestorTitles: [], title: 'breaks', status: 'failed' },
        { ancestorTitles: [], title: 'waits', status: 'pending' },
        { ancestorTitles: [], title: 'is to do', status: 'todo' },
      ],
    }],
  });
  expect(vitestReport('r.json').read(text, ROOT)).toEqual({
    counts: { passed: 1, failed: 1, skipped: 2 },
    tests: { passed: ['test/a.test.ts > keys > create > denies'], failed: ['test/a.test.ts > breaks'], skipped: ['test/a.test.ts > is to do', 'test/a.test.ts > waits'] },
  });
});

test('vitest: a file that could not be loaded is a failure', () => {
  const text = JSON.stringify({ testResults: [{ name: join(ROOT, 'a.test.ts'), status: 'failed', assertionResults: [] }] });
  expect(vitestReport('r.json').read(text, ROOT).counts).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('proofs: the tests of the run that made them', () => {
  const now = '2026-11-23T06:30:12.000Z';
  const tests = [{ file: 'a.test.ts', name: 'keys > denies', state: 'passed', proofs: [{ invariant: 'BI-A-001', kind: 'deny' }] }, { file: 'a.test.ts', name: 'breaks', state: 'failed', proofs: [] }];
  const { counts, tests: named } = proofRun('r.json').read(JSON.stringify({ format: 'hoc.proofs/1', sources: 'x', startedAt: now, endedAt: now, tests }), ROOT);
  expect(counts).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(named.passed).toEqual(['a.test.ts > keys > denies']);
});

test('guards: rules that hold, findings and faults, exempted findings', () => {
  const text = JSON.stringify({
    format: 'hoc.guards/1',
    guards: [{ rules: [{ id: 'g/a' }, { id: 'g/b' }] }, { rules: [{ id: 'h/a' }, { id: 'h/b' }] }],
    findings: [{ rule: 'g/a' }, { rule: 'g/a' }], exempted: [{ rule: 'h/b' }], faults: [{ message: 'blind' }],
  });
  expect(guardRun('r.json').read(text, ROOT).counts).toEqual({ passed: 2, failed: 3, skipped: 1 });
});

test('counts: three whole numbers, and nothing that could be negative or a word', () => {
  expect(countsReport('r.json').read('{"passed":3,"failed":0,"skipped":1}', ROOT).counts).toEqual({ passed: 3, failed: 0, skipped: 1 });
  for (const text of ['{"passed":-1,"failed":0,"skipped":0}', '{"passed":"3","failed":0,"skipped":0}', '{"passed":3}', '3 passed']) {
    expect(() => countsReport('r.json').read(text, ROOT)).toThrow();
  }
});

test('a command is green when it ended with 0, said what it found, and something passed and nothing failed', () => {
  const counts = { passed: 1, failed: 0, skipped: 0 };
  expect(faultOf({ name: 't5', exitCode: 0, counts })).toBeNull();
  expect(faultOf({ name: 't5', exitCode: 137, counts })).toBe('t5 ended with exit code 137');
});
