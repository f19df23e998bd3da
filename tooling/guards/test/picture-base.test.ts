import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { devNull } from 'node:os';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { baseTree } from '../src/picture/base-tree.ts';
import { CopiedFolder } from './copied-folder.ts';
import { hocGuard } from './command.ts';
import { ROOT } from './root.ts';

/** Runs git as nobody in particular, whatever this machine's settings are. */
function git(folder: string, ...words: readonly string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: devNull, GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com' };
  const { status, stdout, stderr } = spawnSync('git', words, { cwd: folder, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

const TYPES = "export type Holder = import('../domains/loans/holders.ts').Holder;\n";
let library: CopiedFolder;
let shallow: CopiedFolder;
beforeAll(() => {
  library = new CopiedFolder(`${ROOT}/tooling/guards/fixtures/library`);
  library.link('node_modules/@hoc/guards', `${ROOT}/tooling/guards`);
  library.write('.gitignore', 'node_modules\n');
  git(library.root, 'init', '--quiet', '--initial-branch', 'main');
  git(library.root, 'add', '.');
  git(library.root, 'commit', '--quiet', '-m', 'a first state');
  library.write('src/routes/desk/holders.ts', TYPES.replace('../domains', '../../domains'));
  library.write('src/kernel/registry.ts', `${library.read('src/kernel/registry.ts')}\n${TYPES}`);
  git(library.root, 'add', '.');
  git(library.root, 'commit', '--quiet', '-m', 'another');
  shallow = new CopiedFolder();
  git(shallow.root, 'clone', '--quiet', '--depth', '1', pathToFileURL(library.root).href, 'clone');
});
afterAll(() => {
  library.remove();
  shallow.remove();
});

const FILES = { include: ['src/**/*.ts'] };

test('the picture shows what has come since a commit, and what is broken', () => {
  const { code, text } = hocGuard(library.root, '--only', 'boundaries', '--mermaid', 'layers.mmd', '--base', 'HEAD~1');
  expect({ code, text }).toMatchObject({ code: 1, text: expect.stringContaining('boundaries/kernel-knows-no-domain') as string });
  const lines = library.read('layers.mmd').split('\n');
  expect(lines).toContain('  l0["routes<br/>2 (+1) files"]');
  expect(lines).toContain('  l0 ==>|"1 (+1)"| l1');
  expect(lines).toContain('  l0 -->|"1"| l4');
  expect(lines).toContain('  l4 ==>|"1 (+1), 1 broken"| l1');
  expect(lines.find((line) => line.includes('linkStyle 0 '))).toContain('#1a7f37');
  expect(lines.find((line) => line.includes('linkStyle 6 '))).toContain('#cf222e');
  rmSync(library.path('layers.mmd'));
});

test('a base is read out of git alone: what is staged and what is not stay as they are, and nothing is left behind', async () => {
  library.write('src/application.ts', '// not committed\n');
  git(library.root, 'add', 'src/application.ts');
  library.write('src/application.ts', '// not even staged\n');
  const before = git(library.root, 'status', '--porcelain=v2');
  const { tree, remove } = await baseTree(library.root, 'HEAD~1', FILES);
  expect(tree.read('src/application.ts')).toContain('openLibrary');
  expect(tree.paths).not.toContain('src/routes/desk/holders.ts');
  remove();
  expect(() => tree.read('src/application.ts')).toThrow('ENOENT');
  expect(git(library.root, 'status', '--porcelain=v2')).toBe(before);
});

test('a folder below the top of the repository has a base of its own', async () => {
  const { tree, remove } = await baseTree(library.path('src/kernel'), 'HEAD', { include: ['*.ts'] });
  expect(tree.paths).toEqual(['invariant.ts', 'operation.ts', 'registry.ts', 'unit-of-work.ts']);
  remove();
});

test('a commit that git does not know, or does not have, is told so with what to do', async () => {
  await expect(baseTree(library.root, 'no-such-branch', FILES)).rejects.toMatchObject({ message: 'git knows no commit no-such-branch', remedy: expect.stringContaining('Correct --base') as string });
  await expect(baseTree(library.root, '--help', FILES)).rejects.toThrow('git knows no commit --help');
  await expect(baseTree(shallow.path('clone'), 'HEAD~1', FILES)).rejects.toMatchObject({ message: 'git knows no commit HEAD~1: this clone is shallow', remedy: expect.stringContaining('--unshallow') as string });
  await expect(baseTree(shallow.root, 'HEAD', FILES)).rejects.toThrow('this folder is in none');
});
