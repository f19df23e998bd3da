import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GuardReport } from '../src/run/guard-report.ts';
import { hocGuard, type Said } from './command.ts';
import { CopiedFolder } from './copied-folder.ts';
import { ROOT } from './root.ts';

let library: CopiedFolder;
beforeAll(() => {
  library = new CopiedFolder(join(ROOT, 'tooling/guards/fixtures/library'));
  library.link('node_modules/@hoc/guards', join(ROOT, 'tooling/guards'));
  expect(guard()).toMatchObject({ code: 0 });
});
afterEach(() => library.restore());
afterAll(() => library.remove());

const guard = (...words: readonly string[]): Said => hocGuard(library.root, ...words);
const CONFIG = 'guards.config.mjs';
const LEND = 'src/domains/loans/lend.ts';
const REASON = "reason: 'It goes with the new shelf.', expires: '2030-03-01'";
const exempting = (...exemptions: readonly string[]): void => library.edit(CONFIG, 'export default defineGuards({', `export default defineGuards({\n  exemptions: [\n${exemptions.map((exemption) => `    ${exemption},\n`).join('')}  ],`);

test('another repository is guarded by a configuration of its own, and its proofs are run where they are missing', () => {
  rmSync(library.path('node_modules/.cache'), { recursive: true });
  const { code, text } = guard('--json', 'out/report.json');
  expect({ code, text }).toMatchObject({ code: 0 });
  expect(text).toContain('so the proofs are run: node proofs/prove.ts');
  // The file that was just written, of the shape that is promised.
  const report = JSON.parse(readFileSync(library.path('out/report.json'), 'utf8')) as GuardReport;
  expect(report).toMatchObject({ format: 'hoc.guards/1', config: CONFIG, findings: [], faults: [], exitCode: 0 });
  expect(report.guards.map(({ name }) => name)).toEqual(['reading', 'boundaries', 'ownership', 'transactions', 'hygiene', 'coverage', 'exemptions']);
  expect(report.guards.filter(({ name }) => name !== 'exemptions').flatMap(({ rules }) => rules).every(({ examined }) => examined > 0)).toBe(true);
});

test.each([
  ['boundaries/kernel-knows-no-domain', 'src/kernel/invariant.ts', "import type { DatabaseSync } from 'node:sqlite';", "import type { DatabaseSync } from 'node:sqlite';\nexport type { lend } from '../domains/loans/lend.ts';"],
  ['boundaries/engines-decide-on-values', 'src/engines/loans/lending.ts', 'import type { Loan }', 'import { holdersOf, type Loan }'],
  ['ownership/unregistered-handler', 'src/application.ts', '[lend, holders]', '[lend]'],
  ['ownership/unknown-dispatch', 'src/routes/desk/loans.routes.ts', "execute(['loans.write', 'lend']", "execute(['loans.write', 'return']"],
  ['ownership/forbidden-plane', 'src/domains/loans/lend.ts', "planes: ['desk']", "planes: ['reader']"],
  ['transactions/control-call', 'src/routes/desk/loans.routes.ts', 'answerLend = (library: Registry, request: DeskRequest): Outcome =>', "answerLend = (library: Registry, request: DeskRequest, work?: { commit(): void }): Outcome => void work?.['com' + 'mit']?.() ??"],
  ['transactions/raw-sql', 'src/drivers/loans/loans.ts', "database.exec('create table", "database.exec('begin; create table"],
  ['hygiene/import-effect', LEND, '/** Lends a book', "console.log('lending');\n\n/** Lends a book"],
  ['hygiene/environment-read', LEND, '/** Lends a book', 'export const SHELF = process.env.SHELF;\n\n/** Lends a book'],
  ['hygiene/default-export', LEND, 'export const lend =', 'export default 1;\nexport const lend ='],
  ['hygiene/circular-import', 'src/kernel/invariant.ts', "import type { DatabaseSync } from 'node:sqlite';", "import type { DatabaseSync } from 'node:sqlite';\nexport type { Operation } from './operation.ts';"],
  ['coverage/unguarded-write', LEND, 'invariants: [lentOnce]', 'invariants: []'],
  ['coverage/unproven-invariant', 'proofs/loans.proofs.ts', "kinds: ['race']", 'kinds: []'],
  ['reading/unresolved-import', LEND, "'./invariants.ts'", "'./rules.ts'"],
  ['reading/unparsable', LEND, 'export const lend', 'export const lend lend'],
])('%s: %s is refused with it', (rule, path, from, to) => {
  library.edit(path, from, to);
  const { code, text } = guard();
  expect(text).toContain(rule);
  expect(code).not.toBe(0);
});

test('an exemption lets one finding pass until its day, and no other in its place', () => {
  library.edit('src/drivers/loans/loans.ts', "database.exec('create table", "database.exec('savepoint a; release a; create table");
  const [, message = ''] = /transactions\/raw-sql\n {4}(.*)\n/.exec(guard().text) ?? [];
  exempting(`{ path: 'src/drivers/loans/loans.ts', rule: 'transactions/raw-sql', finding: ${JSON.stringify(message)}, ${REASON} }`);
  expect(guard('--today', '2030-03-01')).toMatchObject({ code: 0, text: expect.stringContaining('1 exempted') as string });
  expect(guard('--today', '2030-03-02')).toMatchObject({ code: 1, text: expect.stringContaining('exemptions/expired') as string });
  library.edit('src/drivers/loans/loans.ts', "'savepoint a; release a; create table", "'begin; commit; create table");
  expect(guard('--today', '2030-03-01')).toMatchObject({ code: 1, text: expect.stringMatching(/guards\.config\.mjs:\d+:\d+ {2}exemptions\/stale/) as string });
});

test('an exemption of a guard that is left out is not called stale; with it, it is', () => {
  exempting(`{ path: '${LEND}', rule: 'transactions/raw-sql', finding: 'begin', ${REASON} }`);
  expect(guard('--only', 'boundaries', '--today', '2030-01-01')).toMatchObject({ code: 0 });
  expect(guard('--only', 'transactions', '--today', '2030-01-01')).toMatchObject({ code: 1, text: expect.stringContaining('exemptions/stale') as string });
});

test('exemptions from no rule, without a reason or for ever are findings at their place', () => {
  exempting(
    `{ path: '${LEND}', rule: 'transactions/sql', finding: 'begin', ${REASON} }`,
    `{ path: '${LEND}', rule: 'transactions/raw-sql', finding: 'begin', expires: '2030-03-01' }`,
    `{ path: '${LEND}', rule: 'transactions/raw-sql', finding: 'begin', reason: 'So be it.', expires: '2031-01-01' }`,
  );
  const { code, text } = guard('--today', '2030-01-01');
  expect(code).toBe(1);
  expect(text.match(/guards\.config\.mjs:\d+:5 {2}exemptions\/[a-z-]+/g)).toEqual([
    'guards.config.mjs:10:5  exemptions/unknown-rule', 'guards.config.mjs:11:5  exemptions/no-reason', 'guards.config.mjs:12:5  exemptions/too-far',
  ]);
});

test.each([
  ['an unknown key', 'transactions: {', 'transaction: {', "unknown key 'transaction'"],
  ['a day that is none', 'layers: [', "exemptions: [{ path: 'a', rule: 'b', finding: 'c', reason: 'd', expires: '2030-02-30' }],\n  layers: [", 'which is no day'],
  ['a glob that matches nothing', "'proofs/**/*.ts', '*.mjs'", "'proof/**/*.ts', '*.mjs'", 'nothing matches proof/**/*.ts'],
  ['a glob of dispatches that matches nothing', "dispatch: { files: ['src/routes/**']", "dispatch: { files: ['src/routes/**', 'src/http/**']", 'ownership.dispatch.files names src/http/**, which matches nothing'],
  ['a folder of callers that is not there', "callers: ['src/domains/{domain}/']", "callers: ['src/domains/{domain}/', 'src/rooms/{domain}/']", 'ownership.engines.callers names src/rooms/*/**'],
  ['a glob of transactions that matches nothing', "files: ['src/**'],\n    control", "files: ['src/**', 'lib/**'],\n    control", 'transactions.files names lib/**'],
  ['a glob of invariants that matches nothing', "invariants: { files: ['src/domains/**']", "invariants: { files: ['src/domains/**', 'src/rules/**']", 'coverage.invariants.files names src/rules/**'],
  ['a glob of sources that matches nothing', "sources: ['src/**/*.ts']", "sources: ['src/**/*.ts', 'lib/**/*.ts']", 'boundaries.sources names lib/**/*.ts'],
  ['an exclusion of nothing', "'proofs/**/*.ts', '*.mjs'] }", "'proofs/**/*.ts', '*.mjs'], exclude: ['src/old/**'] }", 'files.exclude names src/old/**'],
  ['a bad glob', "'proofs/**/*.ts', '*.mjs'", "'proofs/[a', '*.mjs'", 'which is no glob'],
  ['a folder that was renamed', "signatures: ['src/routes/**'", "signatures: ['src/http/**'", 'src/http/**'],
  ['a rule set that is not there', "'.dependency-cruiser.cjs'", "'.dependency-cruiser.js'", '.dependency-cruiser.js cannot be read'],
  ['a rule about what is not there', "packages: ['src/*']", "packages: ['lib/*']", 'boundaries/empty-package had nothing to look at'],
  ['a configuration that is no program', 'export default', 'export defalt', 'cannot be loaded'],
  ['a live registry that fails', 'const live = async () =>', "const live = async () => { throw new Error('no database'); };\nexport const other = async () =>", 'no database'],
])('%s cannot run: exit code 2, with a remedy and no stack', (_what, from, to, told) => {
  library.edit(CONFIG, from, to);
  const { code, text } = guard();
  expect({ code, text }).toMatchObject({ code: 2, text: expect.stringContaining(told) as string });
  expect(text).toContain('remedy');
  expect(text).not.toContain('    at ');
});

test('a rule without a plant of its own keeps the run from being trusted', () => {
  library.edit('boundary-plants.mjs', "rule: 'no-way-up-to-routes'", "rule: 'kernel-knows-no-domain'");
  expect(guard('--only', 'boundaries')).toMatchObject({ code: 2, text: expect.stringContaining('boundaries/no-way-up-to-routes has no planted violation') as string });
  expect(guard('--self-test')).toMatchObject({ code: 2 });
});

test('--self-test tries every rule and looks at nothing else', () => {
  library.edit(LEND, 'export const lend', 'export const lend lend');
  const { code, text } = guard('--self-test');
  expect({ code, text }).toMatchObject({ code: 0, text: expect.stringMatching(/✓ transactions: \d+ planted violations and as many near misses, 0 faults/) as string });
});

test('words that go against one another, or that nobody knows, are refused', () => {
  expect(guard('--only', 'bounderies')).toMatchObject({ code: 2, text: expect.stringContaining('Choose among boundaries, ownership') as string });
  expect(guard('--base', 'HEAD')).toMatchObject({ code: 2, text: expect.stringContaining('Add --mermaid') as string });
  expect(guard('--today', 'tomorrow')).toMatchObject({ code: 2, text: expect.stringContaining('YYYY-MM-DD') as string });
  expect(guard('--json', 'out/a', '--sarif', './out/a')).toMatchObject({ code: 2, text: expect.stringContaining('to the same file') as string });
  expect(guard('--verbose')).toMatchObject({ code: 2, text: expect.stringContaining("unknown option '--verbose'") as string });
  expect(guard('--config', 'other.config.mjs')).toMatchObject({ code: 2, text: expect.stringContaining('Correct --config') as string });
  expect(guard('--help')).toMatchObject({ code: 0, text: expect.stringContaining('Examples:') as string });
});

test.each([['--json'], ['--sarif'], ['--mermaid']])('%s that cannot be written is told by its name, and is no fault of the guards', (option) => {
  for (const path of ['.', `${CONFIG}/report`, ...(existsSync('/proc/self') ? ['/proc/x/y.json'] : [])]) {
    const { code, text } = guard('--only', 'boundaries', option, path);
    expect({ code, text }).toMatchObject({ code: 2, text: expect.stringContaining(`${option} ${path} cannot be written`) as string });
    expect(text).not.toContain('    at ');
  }
});
