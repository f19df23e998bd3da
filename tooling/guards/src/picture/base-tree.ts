import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { glob } from 'tinyglobby';
import { diskResolver } from '../core/resolver.ts';
import type { FileSelection, SourceTree } from '../core/source-tree.ts';
import { CannotRunError } from '../run/cannot-run.ts';

/** A tree as a commit has it, and how to be rid of it. */
export interface BaseTree {
  readonly tree: SourceTree;
  remove(): void;
}

/**
 * Reads a commit out of git's objects into a temporary folder: neither the work tree nor the index is touched. The packages of its
 * workspace find one another by name; what it had from a registry is not there.
 * @param root the folder of the configuration, in the work tree
 * @param ref a commit, by any name that git knows
 * @throws {CannotRunError} where git does not know the commit, or does not have it
 */
export async function baseTree(root: string, ref: string, { include, exclude = [] }: FileSelection): Promise<BaseTree> {
  const commit = commitOf(root, ref);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hoc-base-')));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const env = { ...process.env, GIT_INDEX_FILE: join(folder, 'index') };
    git(root, ['read-tree', commit], env);
    // From the top of the work tree, which may lie above the root.
    const [top, prefix] = [git(root, ['rev-parse', '--show-toplevel']), git(root, ['rev-parse', '--show-prefix'])];
    git(top, ['checkout-index', '--all', `--prefix=${join(folder, 'tree')}/`], env);
    const base = join(folder, 'tree', prefix);
    if (!existsSync(base)) throw new CannotRunError(`${ref} does not have this folder`, 'Choose a later commit as --base.');
    await linkPackages(base);
    const paths = await glob([...include], { cwd: base, ignore: ['**/node_modules/**', ...exclude], dot: true, expandDirectories: false });
    return { remove, tree: { root: base, loaders: [], paths: paths.sort(), read: (path) => readFileSync(join(base, path), 'utf8'), resolve: diskResolver(base) } };
  } catch (error) {
    remove();
    throw error;
  }
}

function commitOf(root: string, ref: string): string {
  const { status, stdout } = run(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (status === 0) return stdout.trim();
  if (run(root, ['rev-parse', '--git-dir']).status !== 0) throw new CannotRunError('--base needs a git repository, and this folder is in none', 'Leave --base out.');
  const isShallow = run(root, ['rev-parse', '--is-shallow-repository']).stdout.trim() === 'true';
  throw new CannotRunError(
    `git knows no commit ${ref}${isShallow ? ': this clone is shallow' : ''}`,
    isShallow ? 'Fetch the history first: `git fetch --unshallow`, or `fetch-depth: 0` of actions/checkout.' : 'Correct --base, or `git fetch` what it names.',
  );
}

async function linkPackages(base: string): Promise<void> {
  for (const path of await glob(['**/package.json'], { cwd: base, ignore: ['**/node_modules/**', '**/fixtures/**'] })) {
    const folder = dirname(join(base, path));
    // A package.json of the commit: its name, if it has one, is a text.
    const { name } = JSON.parse(readFileSync(join(base, path), 'utf8')) as { readonly name?: string };
    if (name === undefined || folder === base) continue;
    const link = join(base, 'node_modules', name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(folder, link, 'junction');
  }
}

function git(folder: string, words: readonly string[], env?: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr } = run(folder, words, env);
  if (status !== 0) throw new CannotRunError(`git ${words[0] ?? ''} has failed: ${stderr.trim()}`, 'Correct what git says.');
  return stdout.trim();
}

const run = (folder: string, words: readonly string[], env?: NodeJS.ProcessEnv): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
  spawnSync('git', words, { cwd: folder, encoding: 'utf8', ...(env === undefined ? {} : { env }) });
