import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { hocGuard, type Said } from './command.ts';
import type { CopiedFolder } from './copied-folder.ts';
import { copiedRepository } from './copied-repository.ts';

/** These run whole guards on a whole tree, one after the other. */
const TIMEOUT_MS = 180_000;
/** What needs no proof report of the copy. */
const STATIC = ['--only', 'boundaries,ownership,transactions,hygiene', '--today', '2030-01-01'];
const ENUMS = 'packages/l7-models/src/enums.ts';

let copy: CopiedFolder;
beforeAll(() => {
  copy = copiedRepository();
  // Whatever is found below is so in spite of what this run keeps: a cached answer must hide nothing.
  const { code, text } = guard();
  expect({ code, text }, text).toMatchObject({ code: 0 });
}, TIMEOUT_MS);
afterEach(() => copy.restore());
afterAll(() => copy.remove());

const guard = (...words: readonly string[]): Said => hocGuard(copy.root, ...STATIC, ...words);
const move = (from: string, to: string): void =>
  copy.change(() => renameSync(copy.path(from), copy.path(to)), () => renameSync(copy.path(to), copy.path(from)));
/** Points every link that leads into a folder to another, as an install would. */
const relink = (from: string, to: string): void => {
  for (const group of ['packages', 'apps', 'tooling']) {
    for (const name of readdirSync(copy.path(group))) {
      const scope = copy.path(`${group}/${name}/node_modules/@hoc`);
      let links: readonly string[] = [];
      try {
        links = readdirSync(scope).map((link) => `${scope}/${link}`).filter((link) => readlinkSync(link) === copy.path(from));
      } catch {
        // It depends on none of ours.
      }
      const point = (target: string): void => links.forEach((link) => (unlinkSync(link), symlinkSync(copy.path(target), link, 'junction')));
      copy.change(() => point(to), () => point(from));
    }
  }
};
const exempting = (exemption: string): void => copy.edit('guards.config.ts', 'defineGuards({', `defineGuards({\n  exemptions: [${exemption}],`);
const expectRefusal = (said: Said, code: 1 | 2, told: readonly string[]): void => {
  for (const text of told) expect(said.text).toContain(text);
  expect(said.code).toBe(code);
};
const refuses = (code: 1 | 2, ...told: readonly string[]): void => expectRefusal(guard(), code, told);
/** One guard alone. What all of them read alike is told by any: these two need not cruise the changed tree anew, which takes most of the time. */
const alone = (name: 'hygiene' | 'transactions'): Said => hocGuard(copy.root, '--only', name, '--today', '2030-01-01');
const hygieneRefuses = (code: 1 | 2, ...told: readonly string[]): void => expectRefusal(alone('hygiene'), code, told);

test('a deleted folder of a package', { timeout: TIMEOUT_MS }, () => {
  move('packages/l5-engines/src/api-keys', 'away');
  const { code, text } = alone('hygiene');
  expect(code).not.toBe(0);
  expect(text).toContain("reading/unresolved-import\n    '@hoc/l5-engines/api-keys/");
});

test('a deleted folder of packages', { timeout: TIMEOUT_MS }, () => {
  move('apps', 'away');
  expect(guard().code).toBe(2);
});

test('a deleted file', { timeout: TIMEOUT_MS }, () => {
  move(ENUMS, 'away.ts');
  expect(alone('hygiene')).toMatchObject({ text: expect.stringContaining('reading/unresolved-import') as string });
});

test('a folder that was renamed, and all links to it: the rules about it concern nothing any more', { timeout: TIMEOUT_MS }, () => {
  move('packages/l6-drivers', 'packages/l6-storage');
  relink('packages/l6-drivers', 'packages/l6-storage');
  refuses(2, 'boundaries/l6-drivers-imports-only-l7-models had nothing to look at');
});

test('a folder that was renamed, and no link to it', { timeout: TIMEOUT_MS }, () => {
  move('packages/l6-drivers', 'packages/l6-storage');
  expect(alone('hygiene')).toMatchObject({ text: expect.stringContaining("reading/unresolved-import\n    '@hoc/l6-drivers/") as string });
});

test('a package that was renamed, under the links of an earlier install', { timeout: TIMEOUT_MS }, () => {
  copy.edit('packages/l7-models/package.json', '"@hoc/l7-models"', '"@hoc/l7-tables"');
  refuses(1, 'boundaries/misnamed-package', 'leads into packages/l7-models, which is called @hoc/l7-tables');
});

test('an import that leads nowhere', { timeout: TIMEOUT_MS }, () => {
  copy.write(ENUMS, `${copy.read(ENUMS)}\nexport type Gone = import('./gone.ts').Gone;\n`);
  refuses(1, 'reading/unresolved-import', "'./gone.ts' leads nowhere", 'boundaries/no-unresolvable');
});

test('a file that cannot be parsed', { timeout: TIMEOUT_MS }, () => {
  copy.write('packages/l7-models/src/conflict.ts', '<<<<<<< ours\nexport const A: number = 1;\n');
  hygieneRefuses(1, 'packages/l7-models/src/conflict.ts:1:1  reading/unparsable');
});

test.each(['mts', 'cts', 'js', 'cjs', 'jsx', 'tsx', 'mjs'])('a file of another extension is guarded, too: .%s', { timeout: TIMEOUT_MS }, (extension) => {
  copy.write(`packages/l6-drivers/src/account/side.${extension}`, 'setInterval(() => {}, 1);\n');
  hygieneRefuses(1, `packages/l6-drivers/src/account/side.${extension}:1:1  hygiene/import-effect`);
});

test('a file that no guard reads is not imported by one that is guarded', { timeout: TIMEOUT_MS }, () => {
  const places = ['packages/l6-drivers/lib/side.ts', 'packages/l6-drivers/side.ts'];
  for (const place of places) copy.write(place, 'setInterval(() => {}, 1);\n');
  copy.write('packages/l6-drivers/src/account/dist/side.ts', 'setInterval(() => {}, 1);\n');
  copy.write('packages/l6-drivers/src/account/uses.ts', "import '../../lib/side.ts';\nimport '../../side.ts';\nimport '../../../../../above.ts';\n");
  hygieneRefuses(1, 'packages/l6-drivers/src/account/dist/side.ts:1:1  hygiene/import-effect', 'reading/unguarded-import', ...places.map((place) => `leads to ${place}, which no guard reads`));
  copy.change(() => writeFileSync(copy.path('../above.ts'), ''), () => rmSync(copy.path('../above.ts')));
  hygieneRefuses(1, "'../../../../../above.ts' leads above the root");
});

test('a glob that matches no file', { timeout: TIMEOUT_MS }, () => {
  copy.edit('guards.config.ts', 'include: [', "include: ['services/*/src/**/*.ts', ");
  hygieneRefuses(2, 'nothing matches services/*/src/**/*.ts');
});

test('a swapped finding: what is exempted went, and another came in its place', { timeout: TIMEOUT_MS }, () => {
  const exemption = (finding: string): string => `{ path: '${ENUMS}', rule: 'boundaries/l7-models-runs-no-query', finding: '${finding}', reason: 'It goes with the next release.', expires: '2030-03-01' }`;
  copy.edit('packages/l7-models/package.json', '"dependencies": {', '"dependencies": { "pg": "catalog:",');
  copy.change(() => (mkdirSync(copy.path('packages/l7-models/node_modules'), { recursive: true }), symlinkSync(copy.path('packages/l6-drivers/node_modules/pg'), copy.path('packages/l7-models/node_modules/pg'), 'junction')), () => unlinkSync(copy.path('packages/l7-models/node_modules/pg')));
  copy.write(ENUMS, `${copy.read(ENUMS)}\nexport type Pool = import('pg').Pool;\n`);
  exempting(exemption('imports pg/'));
  expect(guard()).toMatchObject({ code: 0, text: expect.stringContaining('1 exempted') as string });
  copy.edit(ENUMS, "import('pg').Pool", "import('drizzle-orm/node-postgres').NodePgDatabase");
  refuses(1, `${ENUMS}:`, 'boundaries/l7-models-runs-no-query', 'imports drizzle-orm/', 'exemptions/stale');
});

test('an exemption of what is not there any more', { timeout: TIMEOUT_MS }, () => {
  exempting(`{ path: '${ENUMS}', rule: 'transactions/raw-sql', finding: 'begin', reason: 'It goes with the next release.', expires: '2030-03-01' }`);
  expectRefusal(alone('transactions'), 1, ['exemptions/stale', 'guards.config.ts:']);
});

test('an exemption that expired overnight, although nothing else has changed since the last run', { timeout: TIMEOUT_MS }, () => {
  copy.write(ENUMS, `${copy.read(ENUMS)}\nexport type Sql = typeof import('../../l6-drivers/src/database/begin.ts');\n`);
  exempting(`{ path: '${ENUMS}', rule: 'boundaries/l7-models-imports-nothing-of-ours', finding: 'imports packages/l6-drivers/', reason: 'It goes with the next release.', expires: '2030-01-02' }`);
  const before = guard();
  expect(before.text).toContain('1 exempted');
  expect(guard('--today', '2030-01-03').text).toContain('exemptions/expired');
});

test('a rule that was weakened: its plants are not found any more', { timeout: TIMEOUT_MS }, () => {
  copy.edit('.dependency-cruiser.cjs', "from: { path: '^packages/l2-api/' },\n      to: { path: SQL }", "from: { path: '^packages/l2-api/' },\n      to: { path: HTTP }");
  refuses(2, 'boundaries/l2-api-speaks-no-sql, as it is: the planted violation is reported as nothing');
});

test('cache files that are cut off, edited or of another tool are of no account', { timeout: TIMEOUT_MS }, () => {
  const cache = 'node_modules/.cache/hoc-guards';
  copy.write('packages/l7-models/src/conflict.ts', "import 'pg';\n");
  for (const name of readdirSync(copy.path(cache))) copy.write(`${cache}/${name}`, copy.read(`${cache}/${name}`).slice(0, -20).replaceAll('"', "'"));
  expect(guard().text).toContain('boundaries/no-unresolvable');
});
