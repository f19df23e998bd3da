import { cpSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GuardReport } from '../src/run/guard-report.ts';
import { readCacheFile, writeCacheFile } from '../src/cache/cache-file.ts';
import { hocGuardOf, type Said } from './command.ts';
import { CopiedFolder } from './copied-folder.ts';
import { ROOT } from './root.ts';

const TIMEOUT_MS = 120_000;
/** Where no tool looks: what is written into the tree is part of it. */
const REPORT = 'node_modules/.cache/out.json';
const SIGHT = 'node_modules/.cache/hoc-guards/sight.json';

/** A copy of the guards themselves, to be changed, and of the sample repository, which they guard. */
let guards: CopiedFolder;
let library: CopiedFolder;
beforeAll(() => {
  guards = new CopiedFolder();
  const own = join(ROOT, 'tooling/guards');
  for (const part of ['bin', 'src', 'package.json']) cpSync(join(own, part), guards.path(part), { recursive: true });
  linkAll(join(own, 'node_modules'), (name) => name !== 'dependency-cruiser');
  // A copy of its own, with the very TypeScript beside it that it was installed with.
  const cruiser = realpathSync(join(own, 'node_modules/dependency-cruiser'));
  cpSync(cruiser, guards.path('node_modules/dependency-cruiser'), { recursive: true });
  linkAll(dirname(cruiser), (name) => name !== 'dependency-cruiser');
  library = new CopiedFolder(join(own, 'fixtures/library'));
  library.link('node_modules/@hoc/guards', guards.root);
  expect(guard(), guard().text).toMatchObject({ code: 0 });
}, TIMEOUT_MS);
afterEach(() => {
  library.restore();
  guards.restore();
});
afterAll(() => {
  library.remove();
  guards.remove();
});

const guard = (...words: readonly string[]): Said => hocGuardOf(guards.root, library.root, '--only', 'boundaries,transactions', ...words);

function linkAll(from: string, isWanted: (name: string) => boolean): void {
  const known = new Set(safely(() => readdirSync(guards.path('node_modules'))));
  for (const name of readdirSync(from)) if (isWanted(name) && !known.has(name) && !name.startsWith('.')) guards.link(`node_modules/${name}`, realpathSync(join(from, name)));
}

function safely(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch {
    return [];
  }
}

/** When what is kept about the cruise was last written. */
const written = (): number => statSync(library.path(SIGHT)).mtimeMs;

test('an unchanged tree is not cruised again, and says the same', { timeout: TIMEOUT_MS }, () => {
  library.edit('src/kernel/invariant.ts', "import type { DatabaseSync } from 'node:sqlite';", "import type { DatabaseSync } from 'node:sqlite';\nexport type { lend } from '../domains/loans/lend.ts';");
  expect(guard('--json', REPORT).code).toBe(1);
  const [before, first] = [written(), JSON.parse(library.read(REPORT)) as GuardReport];
  expect(guard('--json', REPORT).code).toBe(1);
  const again = JSON.parse(library.read(REPORT)) as GuardReport;
  expect(written()).toBe(before);
  expect({ ...again, startedAt: '', endedAt: '' }).toEqual({ ...first, startedAt: '', endedAt: '' });
});

test('--no-cache believes nothing and keeps nothing', { timeout: TIMEOUT_MS }, () => {
  expect(guard().code).toBe(0);
  const key = readFileSync(library.path(SIGHT), 'utf8').split(' ')[1] ?? '';
  const sight = readCacheFile(library.path(SIGHT), key) as object;
  // An answer that is right by its key and its digest, and a lie.
  writeCacheFile(library.path(SIGHT), key, { ...sight, crossings: [{ rule: 'no-way-up-to-routes', from: 'src/application.ts', to: 'src/live.ts', via: [] }] });
  const before = written();
  expect(guard().code).toBe(1);
  expect(guard('--no-cache').code).toBe(0);
  expect(written()).toBe(before);
  rmSync(library.path(SIGHT));
  expect(guard().code).toBe(0);
});

test('a change of the guards themselves is seen: the plants are tried anew', { timeout: TIMEOUT_MS }, () => {
  guards.edit('src/boundaries/boundaries-config.ts', '/** What the boundaries guard is told. */', '/** What the guard of boundaries is told. */');
  const before = written();
  expect(guard().code).toBe(0);
  expect(written()).toBeGreaterThan(before);
  guards.edit('src/transactions/judge-texts.ts', 'export function judgeTexts(', 'export const judgeTexts = () => ({ findings: [], examined: 1 });\nexport function oldJudgeTexts(');
  expect(guard()).toMatchObject({ code: 2, text: expect.stringContaining('transactions/raw-sql') as string });
});

test("TypeScript's going is seen, although nothing else has changed: dependency-cruiser would read nothing, and say nothing", { timeout: TIMEOUT_MS }, () => {
  expect(guard().code).toBe(0);
  const link = guards.path('node_modules/typescript');
  const target = realpathSync(link);
  guards.change(() => unlinkSync(link), () => guards.link('node_modules/typescript', target));
  expect(guard()).toMatchObject({ code: 2, text: expect.stringContaining('boundaries/not-read') as string });
});

test('a plant of the configuration, a rule of the set and a file that the guards do not read are part of the answer', { timeout: TIMEOUT_MS }, () => {
  expect(guard().code).toBe(0);
  const before = written();
  library.edit('boundary-plants.mjs', "'export const leaf = 1;\\n'", "'export const leaf = 2;\\n'");
  expect(guard().code).toBe(0);
  const after = written();
  expect(after).toBeGreaterThan(before);
  library.write('src/kernel/left.js', "import '../domains/loans/lend.ts';\n");
  expect(guard()).toMatchObject({ code: 1, text: expect.stringContaining('src/kernel/left.js') as string });
});

test('two runs at once do one another no harm, and what is kept is whole afterwards', { timeout: TIMEOUT_MS }, async () => {
  rmSync(library.path('node_modules/.cache/hoc-guards'), { recursive: true });
  const { spawn } = await import('node:child_process');
  const one = (): Promise<number | null> => new Promise((resolve) => {
    spawn(process.execPath, [guards.path('bin/hoc-guard.ts'), '--only', 'boundaries,transactions'], { cwd: library.root, stdio: 'ignore' }).once('exit', resolve);
  });
  expect(await Promise.all([one(), one()])).toEqual([0, 0]);
  expect(readdirSync(library.path('node_modules/.cache/hoc-guards')).filter((name) => !name.endsWith('.json'))).toEqual([]);
  expect(guard().code).toBe(0);
});

test('a cache file is whole and of its key, or it is not there', () => {
  const path = library.path('node_modules/.cache/a.json');
  expect(readCacheFile(path, 'k')).toBeUndefined();
  writeCacheFile(path, 'k', { a: [1] });
  expect(readCacheFile(path, 'k')).toEqual({ a: [1] });
  expect(readCacheFile(path, 'l')).toBeUndefined();
  for (const spoil of [(text: string) => text.slice(0, -1), (text: string) => text.replace('1', '2'), (text: string) => text.replace('hoc.guards', 'other'), () => '', () => '\n']) {
    writeCacheFile(path, 'k', { a: [1] });
    writeFileSync(path, spoil(readFileSync(path, 'utf8')));
    expect(readCacheFile(path, 'k')).toBeUndefined();
  }
});

test('a folder that cannot be written costs time alone', () => {
  writeFileSync(library.path('file'), '');
  expect(() => writeCacheFile(library.path('file/a.json'), 'k', 1)).not.toThrow();
  rmSync(library.path('file'));
});
