// JavaScript: this runs before the pinned Node is known to be the one in charge.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COUNTS, RESULTS, SUITES_REPORT, count, tasksOf } from '../src/run/results.mjs';

/** Every check there is. The order is turbo's, after turbo.json. */
const CHECKS = ['toolchain', 'types', 'lint', 'boundaries', 'suites'];

const root = resolve(fileURLToPath(import.meta.url), '../../../..');
const results = join(root, RESULTS);
const summaries = join(root, '.turbo', 'runs');
rmSync(results, { recursive: true, force: true });
rmSync(summaries, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const turbo = createRequire(import.meta.url).resolve('turbo');
const child = spawn(
  process.execPath,
  // One check at a time: the suites have locks, races and timeouts to try, and no machine is assumed to have cores to spare.
  [turbo, 'run', ...CHECKS.map((name) => `//#${name}`), '--summarize', '--concurrency=1', '--continue=dependencies-successful', '--env-mode=loose', '--log-prefix=none'],
  {
    cwd: root,
    stdio: 'inherit',
    // The install that pnpm does before a script has been done for this one.
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', pnpm_config_verify_deps_before_run: 'false' },
  },
);
child.on('exit', (code, signal) => {
  const summary = newestJson(summaries);
  const tasks = tasksOf(summary, CHECKS);
  const counts = count(tasks, /** @type {import('../src/run/results.mjs').SuitesReport | undefined} */ (readJson(join(results, SUITES_REPORT))));
  const green = code === 0 && counts.failed === 0 && counts.passed > 0;
  // Whatever the counts missed: a run that is not green has a failure.
  const line = `${counts.passed} passed, ${green ? 0 : Math.max(counts.failed, 1)} failed`;
  writeFileSync(join(results, COUNTS), `${line}\n`);
  console.log(tasks.map(({ name, exitCode }) => `${name} ${exitCode === 0 ? 'ok' : exitCode === undefined ? 'did not run' : 'FAILED'}`).join(', '));
  console.log(line);
  process.exitCode = green ? 0 : (code ?? (signal === null ? 1 : 128)) || 1;
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));

/**
 * @param {string} folder
 * @returns {unknown}
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
