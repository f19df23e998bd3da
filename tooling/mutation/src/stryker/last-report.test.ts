import { expect, test } from 'vitest';
import { withoutSurvivors } from './last-report.ts';

test('what was noticed is taken over, and what was not is tried again; the rest of the report stays', () => {
  const mutants = ['Killed', 'Survived', 'Timeout', 'NoCoverage', 'RuntimeError', 'Ignored'].map((status, id) => ({ id, status, location: {} }));
  const report = { schemaVersion: '1', files: { 'a.ts': { source: 'x', mutants } }, testFiles: { 't.ts': {} } };
  expect(JSON.parse(withoutSurvivors(JSON.stringify(report)))).toEqual({
    ...report, files: { 'a.ts': { source: 'x', mutants: mutants.filter(({ status }) => ['Killed', 'Timeout', 'Ignored'].includes(status)) } },
  });
});
