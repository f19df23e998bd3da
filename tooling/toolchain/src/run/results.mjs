// JavaScript: this runs before the pinned Node is known to be the one in charge.

/** Where a run leaves what it found, from the root. Not committed, and emptied when a run starts. */
export const RESULTS = 'node_modules/.cache/hoc';
/** Vitest's JSON report. */
export const SUITES_REPORT = 'suites.json';
/** One line, `N passed, N failed`: the last run's counts. `.ci/run` closes with it. */
export const COUNTS = 'counts.txt';

/**
 * How one task of turbo ended; `exitCode` is undefined when it never ran.
 * @typedef {{ readonly name: string, readonly exitCode: number | undefined }} Task
 */

/** @typedef {{ readonly passed: number, readonly failed: number }} Counts */

/**
 * The part that is read of vitest's JSON report.
 * @typedef {object} SuitesReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {readonly { readonly status: string, readonly assertionResults: readonly { readonly status: string }[] }[]} testResults
 */

/**
 * Counts a run: every test is one, and so is every check that is no test suite. A check that never ran, a test file that
 * could not be loaded and a run of tests that failed without a failed test (an unhandled error, something left out) count as failed.
 * @param {readonly Task[]} tasks
 * @param {SuitesReport | undefined} suites undefined: there is no report
 * @returns {Counts}
 */
export function count(tasks, suites) {
  const checks = tasks.filter(({ name }) => name !== 'suites');
  const unloaded = (suites?.testResults ?? []).filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'));
  const failedTests = (suites?.numFailedTests ?? 0) + unloaded.length;
  const suitesFailed = suites === undefined || tasks.some(({ name, exitCode }) => name === 'suites' && exitCode !== 0);
  return {
    passed: checks.filter(({ exitCode }) => exitCode === 0).length + (suites?.numPassedTests ?? 0),
    failed: checks.filter(({ exitCode }) => exitCode !== 0).length + (failedTests > 0 ? failedTests : suitesFailed ? 1 : 0),
  };
}

/**
 * The tasks of turbo's run summary.
 * @param {unknown} summary the parsed file
 * @param {readonly string[]} names the tasks that were asked for; one that the summary lacks never ran
 * @returns {readonly Task[]}
 */
export function tasksOf(summary, names) {
  // Turbo's summary has no published schema; what is not as expected counts as never run.
  const { tasks } = /** @type {{ tasks?: readonly { task?: string, execution?: { exitCode?: number | null } }[] }} */ (summary ?? {});
  return names.map((name) => ({ name, exitCode: tasks?.find(({ task }) => task === name)?.execution?.exitCode ?? undefined }));
}
