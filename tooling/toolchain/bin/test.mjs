// JavaScript: this runs before the pinned Node is known to be the one in charge.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COUNTS, RESULTS, SUITES_REPORT, count, tasksOf } from '../src/run/results.mjs';
import { turbo } from '../src/run/turbo.mjs';

/** Every check there is; turbo.json says what waits for what. */
const CHECKS = ['toolchain', 'types', 'lint', 'suites', 'guard', 'evidence'];

const root = resolve(fileURLToPath(import.meta.url), '../../../..');
const results = join(root, RESULTS);
const summaries = join(root, '.turbo', 'runs');
for (const folder of [results, summaries]) rmSync(folder, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const code = await turbo(root, [
  'run',
  ...CHECKS.map((name) => `//#${name}`),
  '--summarize',
  // One check at a time: the suites have locks, races and timeouts to try, and no machine is assumed to have cores to spare.
  '--concurrency=1',
  '--continue=dependencies-successful',
  // Nothing is cached, so nothing need be kept from the tasks.
  '--env-mode=loose',
  '--log-prefix=none',
]);

const tasks = tasksOf(newestJson(summaries), CHECKS);
const counts = count(tasks, /** @type {import('../src/run/results.mjs').SuitesReport | undefined} */ (readJson(join(results, SUITES_REPORT))));
const isGreen = code === 0 && counts.failed === 0 && counts.passed > 0;
// Whatever the counts missed: a run that is not green has a failure.
const line = `${counts.passed} passed, ${isGreen ? 0 : Math.max(counts.failed, 1)} failed`;
writeFileSync(join(results, COUNTS), `${line}\n`);
console.log(tasks.map(({ name, exitCode }) => `${name} ${exitCode === 0 ? 'ok' : exitCode === undefined ? 'did not run' : 'FAILED'}`).join(', '));
console.log(line);
process.exitCode = isGreen ? 0 : code || 1;

/**
 * @param {string} folder
 * @returns {unknown} undefined when there is none
 */
function newestJson(folder) {
  try {
    const newest = readdirSync(folder).filter((name) => name.endsWith('.json')).sort().at(-1);
    return newest === undefined ? undefined : readJson(join(folder, newest));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} path
 * @returns {unknown} undefined when there is none, or none that can be read
 */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
