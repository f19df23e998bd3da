import { expect, test } from 'vitest';
import type { FileVersion } from '../git.ts';
import { trackerText } from '../tracker/document.ts';
import { historyFindings } from './history-findings.ts';

const child = (commit: string, parents: readonly string[], ...log: string[]): FileVersion => ({ commit, parents, text: trackerText([], log) });
/** One commit after the other. */
const line = (...logs: (readonly string[] | null)[]): readonly FileVersion[] =>
  logs.map((log, at) => ({ commit: `${at + 1}`, parents: at === 0 ? [] : [`${at}`], text: log === null ? null : trackerText([], log) }));

test('a log that only ever grew is what it should be', () => {
  expect(historyFindings(line([], ['a'], ['a'], ['a', 'b']), ['a', 'b', 'c'])).toEqual({ failures: [], notices: [] });
});

test.each([
  ['a line that was changed', line(['a', 'b'], ['a', 'x']), ['a', 'x'], 'line 2 of it in commit 1 is not line 2 in commit 2'],
  ['a line that was taken out and put back', line(['a', 'b'], ['a'], ['a', 'b']), ['a', 'b'], 'line 2 of it in commit 1 is not line 2 in commit 2'],
  ['a tracker that was deleted for a while', line(['a'], null, ['a']), ['a'], 'line 1 of it in commit 1 is not line 1 in commit 2'],
  ['a log that is shorter in the tree', line(['a', 'b']), ['a'], 'line 2 of it in commit 1 is not line 2 in the tree'],
  ['a merge that keeps the side from before the close', [child('1', []), child('2', ['1'], 'a'), child('3', ['1']), child('4', ['3', '2'])], [], 'line 1 of it in commit 2 is not line 1 in commit 4'],
  ['a merge that has neither side\'s log', [child('1', []), child('2', ['1'], 'a'), child('3', ['1'], 'b'), child('4', ['3', '2'], 'c')], ['c'], 'line 1 of it in commit 3 is not line 1 in commit 4'],
])('%s is found', (_, versions, log, what) => {
  const { failures: [first, ...others] } = historyFindings(versions, log);
  expect(first?.what).toContain(what);
  expect(others).toEqual([]);
});

test('a branch that touches the tracker while the main line closes, and is merged, has cut nothing', () => {
  const versions = [child('1', []), child('2', ['1']), child('3', ['1'], 'a'), child('4', ['3', '2'], 'a'), child('5', ['4'], 'a', 'b')];
  expect(historyFindings(versions, ['a', 'b'])).toEqual({ failures: [], notices: [] });
});

test('of two branches that both closed, a merge may keep one log; what it leaves out is said', () => {
  const { failures, notices } = historyFindings([child('1', []), child('2', ['1'], 'a'), child('3', ['1'], 'b'), child('4', ['3', '2'], 'b')], ['b']);
  expect(failures).toEqual([]);
  expect(notices).toEqual(['The merge commit 4 leaves out what commit 2 had logged: two branches had both closed. Close again what it had closed.']);
});
