import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestSources } from '../../src/coverage/digest-sources.ts';
import { parseProofReport } from '../../src/coverage/proof-report.ts';
import { proofStanding } from '../../src/coverage/proof-standing.ts';
import { PLANTED } from './planted-proofs.ts';

const KEYS = "import { expect, test } from 'vitest';\ntest('a denied key', ({ task }) => {\n  expect(1).toBe(1);\n  task.meta.proofs = [{ invariant: 'BI-KEY-001', kind: 'deny' }];\n});\n";
const RACES = "import { expect, test } from 'vitest';\ntest('a race', ({ task }) => {\n  task.meta.proofs = [{ invariant: 'BI-KEY-001', kind: 'race' }];\n  expect(1).toBe(1);\n});\n";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hoc-proofs-'));
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(resolve(import.meta.dirname, '../../node_modules/vitest'), join(root, 'node_modules', 'vitest'), 'junction');
  put('src/keys.ts', 'export const key = 1;\n');
  put('t5/keys.test.ts', KEYS);
  put('t5/races.test.ts', RACES);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Runs the planted proofs by the real vitest. */
function run(file = '', pattern = ''): string {
  const env = { ...process.env };
  // Of the run that this one is in.
  for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name];
  const { stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'run-proofs.ts'), root, file, pattern], { env, encoding: 'utf8', timeout: 60_000 });
  return stdout + stderr;
}

const hasReport = (): boolean => existsSync(join(root, PLANTED.report));

test('a whole run leaves what its tests have proven, of these very sources', async () => {
  const said = run();
  expect(hasReport(), said).toBe(true);
  const report = parseProofReport(readFileSync(join(root, PLANTED.report), 'utf8'));
  expect(report.tests.toSorted((a, b) => a.file.localeCompare(b.file, 'en'))).toEqual([
    { file: 't5/keys.test.ts', name: 'a denied key', state: 'passed', proofs: [{ invariant: 'BI-KEY-001', kind: 'deny' }] },
    { file: 't5/races.test.ts', name: 'a race', state: 'passed', proofs: [{ invariant: 'BI-KEY-001', kind: 'race' }] },
  ]);
  expect(report.sources).toBe(await digestSources(root, PLANTED));
  expect((await proofStanding(root, PLANTED)).state).toBe('fresh');
  put('src/keys.ts', 'export const key = 2;\n');
  expect((await proofStanding(root, PLANTED)).state).toBe('stale');
});

test('a test that fails after it has recorded its proof is told of as failed', () => {
  put('t5/races.test.ts', RACES.replace('toBe(1)', 'toBe(2)'));
  run();
  const { tests } = parseProofReport(readFileSync(join(root, PLANTED.report), 'utf8'));
  expect(tests.find(({ file }) => file === 't5/races.test.ts')?.state).toBe('failed');
});

test.each([
  ['a file that was left out', () => run('t5/keys.test.ts'), 't5/races.test.ts did not run'],
  ['names that were chosen', () => run('', 'denied'), 'only tests of certain names ran'],
  [
    'a skipped test',
    () => {
      put('t5/races.test.ts', RACES.replace('test(', 'test.skipIf(true)('));
      return run();
    },
    't5/races.test.ts: "a race" was skipped',
  ],
  [
    'a file that cannot be loaded',
    () => {
      put('t5/races.test.ts', "import './nowhere.ts';\n");
      return run();
    },
    't5/races.test.ts did not run',
  ],
  [
    'a source that changed meanwhile',
    () => {
      put('t5/races.test.ts', `import { writeFileSync } from 'node:fs';\n${RACES.replace('expect(1)', `writeFileSync(${JSON.stringify(join(root, 'src/keys.ts'))}, 'export const key = 3;');\n  expect(1)`)}`);
      return run();
    },
    'the sources changed while the proofs ran',
  ],
  [
    'sources that are not there',
    () => {
      rmSync(join(root, 'src'), { recursive: true });
      return run();
    },
    'nothing matches src/**',
  ],
])('a run with %s leaves no report, and takes away the one before', (_what, runPart, reason) => {
  put(PLANTED.report, '{}');
  expect(runPart()).toContain(reason);
  expect(hasReport()).toBe(false);
});
