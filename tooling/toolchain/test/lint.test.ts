import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LINT_PLANTS } from '../src/lint/plants.ts';
import { ROOT } from '../src/root.ts';

/** The part that is read of oxlint's JSON. */
interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

/** The rules broken in each file of a folder, under the repository's configuration and the very arguments of `pnpm lint`. */
function lint(folder: string): ReadonlyMap<string, readonly string[]> {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly scripts: { readonly lint: string } };
  const [program = '', ...args] = manifest.scripts.lint.split(' ');
  expect(program).toBe('oxlint');
  const oxlint = join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const run = spawnSync(process.execPath, [oxlint, ...args, '-c', join(ROOT, '.oxlintrc.json'), '-f', 'json', folder], { cwd: ROOT, encoding: 'utf8', timeout: 30_000 });
  const { diagnostics } = JSON.parse(run.stdout) as Report;
  const broken = new Map<string, string[]>();
  for (const { code, filename } of diagnostics) broken.set(basename(filename), [...(broken.get(basename(filename)) ?? []), code]);
  return broken;
}

/** What the plants import is named here: a link to node_modules would be linted through. */
const TSCONFIG = {
  extends: join(ROOT, 'tsconfig.base.json'),
  compilerOptions: { typeRoots: [join(ROOT, 'node_modules/@types')], paths: { vitest: [join(ROOT, 'node_modules/vitest/dist/index.d.ts')] } },
};

describe('the linter bites', () => {
  let folder: string;
  let broken: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hoc-lint-'));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    for (const [index, { violation, nearMiss }] of LINT_PLANTS.entries()) {
      writeFileSync(join(folder, `violation-${index}.test.ts`), violation);
      writeFileSync(join(folder, `near-miss-${index}.test.ts`), nearMiss);
    }
    broken = lint(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const [index, { rule }] of LINT_PLANTS.entries()) {
    test(`${rule} refuses its planted violation and lets its near miss pass`, () => {
      expect(broken.get(`violation-${index}.test.ts`) ?? []).toContain(rule);
      expect(broken.get(`near-miss-${index}.test.ts`) ?? []).toEqual([]);
    });
  }
});
