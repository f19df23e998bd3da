import { expect, test } from 'vitest';
import { trackerText } from '../tracker/document.ts';
import { historyFindings } from './history-findings.ts';

const version = (commit: string, ...log: string[]): { commit: string; text: string } => ({ commit, text: trackerText([], log) });

test('a log that only ever grew is what it should be', () => {
  expect(historyFindings([version('1'), version('2', 'a'), version('3', 'a'), version('4', 'a', 'b')], ['a', 'b', 'c'])).toEqual([]);
});

test.each([
  ['a line that was changed', [version('1', 'a', 'b'), version('2', 'a', 'x')], ['a', 'x'], 'line 2 of it in commit 1 is not line 2 in commit 2'],
  ['a line that was taken out and put back', [version('1', 'a', 'b'), version('2', 'a'), version('3', 'a', 'b')], ['a', 'b'], 'line 2 of it in commit 1 is not line 2 in commit 2'],
  ['a tracker that was deleted for a while', [version('1', 'a'), { commit: '2', text: null }, version('3', 'a')], ['a'], 'line 1 of it in commit 1 is not line 1 in commit 2'],
  ['a log that is shorter in the tree', [version('1', 'a', 'b')], ['a'], 'line 2 of it in commit 1 is not line 2 in the tree'],
])('%s is found', (_, versions, log, what) => {
  const [first, ...others] = historyFindings(versions, log);
  expect(first?.what).toContain(what);
  expect(others).toEqual([]);
});
