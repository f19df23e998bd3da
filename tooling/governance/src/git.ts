import { spawnSync } from 'node:child_process';
import { Refusal } from './refusal.ts';

/** A file as one commit of the history has it; null: it does not. */
export interface FileVersion {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly text: string | null;
}

export interface Git {
  /** The repository's own folder. */
  readonly folder: string;
  readonly version: string;
  head(): { readonly commit: string; readonly tree: string };
  /** What makes the tree another than its commit's; untracked files too. Empty: clean. */
  dirt(): readonly string[];
  /** The tree of a commit; null where this repository has no such commit. */
  treeOf(commit: string): string | null;
  /** Whether a commit is part of the history of HEAD. */
  isInHistory(commit: string): boolean;
  /** The first commit in the history of HEAD with this tree. */
  commitWithTree(tree: string): string | null;
  isShallow(): boolean;
  /** A file in every commit of the history of HEAD, parents before their children. */
  versionsOf(path: string): readonly FileVersion[];
  /** The commits in the history of HEAD that added a file that matches. */
  additionsOf(pattern: string): readonly string[];
  /** When a commit was made, as it says itself; null where this repository has no such commit. */
  committedAt(commit: string): Date | null;
  /** The paths of the files of a commit or a tree, by its id; null where this repository has no such thing. */
  filesAt(treeish: string): readonly string[] | null;
  /** What stands in files of a commit, or of a tree; null: it has no such file. */
  contentsAt(treeish: string, paths: readonly string[]): readonly (Buffer | null)[];
  tracked(folder: string): ReadonlySet<string>;
}

/** What a clone's own settings must not decide: whether a file is the one that was committed. */
const SETTINGS: readonly string[] = [
  // Whoever runs this runs the code of this folder: that somebody else owns it is no news.
  ['safe.directory', '*'],
  // Nobody else may tell git which files have changed.
  ['core.fsmonitor', 'false'], ['core.untrackedCache', 'false'], ['core.trustctime', 'true'], ['core.checkStat', 'default'], ['core.ignoreStat', 'false'],
  // Names as they are.
  ['core.quotePath', 'false'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/**
 * Git, asked in one folder; paths are relative to it, with forward slashes.
 * @throws Refusal where the folder is in no repository, or the repository has no commit
 */
export function openGit(root: string): Git {
  const ask = (args: readonly string[], input?: string): Answer => {
    const { status, stdout, stderr, error } = spawnSync('git', [...SETTINGS, ...args], { cwd: root, env: environment(), input, maxBuffer: 2 ** 30, windowsHide: true });
    if (error !== undefined) throw new Refusal(`git cannot be started: ${error.message}`, 'Install git, and let PATH find it.', 2);
    return { ok: status === 0, out: stdout.toString('utf8').trimEnd(), bytes: stdout, complaint: stderr.toString('utf8').trim() };
  };
  const must = (...args: string[]): string => {
    const { ok, out, complaint } = ask(args);
    if (!ok) throw new Refusal(`git ${args.join(' ')} failed in ${root}: ${complaint}`, 'Run it by hand, and mend what it says.', 2);
    return out;
  };
  const objects = (names: readonly string[]): readonly (Buffer | null)[] => (names.length === 0 ? [] : blobs(ask(['cat-file', '--batch'], names.map((name) => `${name}\n`).join('')).bytes));
  const listings = new Map<string, readonly string[]>();
  const list = (treeish: string): readonly string[] | null => {
    const { ok, out } = ask(['ls-tree', '-r', '-z', '--name-only', treeish]);
    return ok ? out.split('\0').filter((path) => path !== '').toSorted() : null;
  };
  const folder = ask(['rev-parse', '--absolute-git-dir']);
  if (!folder.ok) throw new Refusal(`${root} is not in a git repository (${folder.complaint}).`, 'Evidence speaks of a commit: run this in a clone, or `git init` and commit first.', 2);
  if (!ask(['rev-parse', '--verify', '--quiet', 'HEAD']).ok) throw new Refusal('The repository has no commit yet.', 'Commit first: evidence speaks of a commit.', 2);
  return {
    folder: folder.out,
    version: must('--version').replace(/^git version /, ''),
    head() {
      const [commit = '', tree = ''] = must('rev-parse', 'HEAD', 'HEAD^{tree}').split('\n');
      return { commit, tree };
    },
    dirt: () => [...lines(must('status', '--porcelain', '--untracked-files=all', '--ignore-submodules=none')), ...hidden(must('ls-files', '-v'))],
    treeOf(commit) {
      const { ok, out } = ask(['rev-parse', '--verify', '--quiet', `${commit}^{commit}^{tree}`]);
      return ok ? out : null;
    },
    isInHistory: (commit) => ask(['merge-base', '--is-ancestor', commit, 'HEAD']).ok,
    commitWithTree: (tree) => lines(must('log', '--format=%T %H', 'HEAD')).find((line) => line.startsWith(`${tree} `))?.slice(tree.length + 1) ?? null,
    isShallow: () => must('rev-parse', '--is-shallow-repository') === 'true',
    versionsOf(path) {
      const commits = lines(must('rev-list', '--parents', '--topo-order', '--reverse', 'HEAD')).map((line) => line.split(' '));
      const ids = lines(ask(['cat-file', '--batch-check=%(objectname)'], commits.map(([commit]) => `${commit}:./${path}\n`).join('')).out);
      const known = [...new Set(ids.filter((id) => !id.endsWith(' missing')))];
      const found = objects(known);
      const texts = new Map(known.map((id, at) => [id, found[at]?.toString('utf8') ?? null]));
      return commits.map(([commit = '', ...parents], at) => ({ commit, parents, text: texts.get(ids[at] ?? '') ?? null }));
    },
    additionsOf: (pattern) => [...new Set(lines(must('log', '--full-history', '-m', '--no-renames', '--diff-filter=A', '--format=%H', 'HEAD', '--', pattern)))],
    committedAt(commit) {
      const { ok, out } = ask(['show', '--no-patch', '--format=%cI', `${commit}^{commit}`]);
      return ok ? new Date(out) : null;
    },
    filesAt(treeish) {
      const found = listings.get(treeish) ?? list(treeish);
      // What it lists never changes; what was not there may be fetched.
      if (found !== null) listings.set(treeish, found);
      return found;
    },
    contentsAt: (treeish, paths) => objects(paths.map((path) => `${treeish}:./${path}`)),
    tracked: (path) => new Set(lines(must('ls-files', '--', path))),
  };
}

interface Answer {
  readonly ok: boolean;
  readonly out: string;
  readonly bytes: Buffer;
  /** What it wrote to its other output. */
  readonly complaint: string;
}

const lines = (text: string): readonly string[] => (text === '' ? [] : text.split('\n'));

/** Files whose changes git was told not to look at: its status calls the tree clean all the same. */
const hidden = (listing: string): readonly string[] =>
  lines(listing).filter((line) => /^[a-zS] /.test(line)).map((line) => `${line} (git was told to overlook its changes: git update-index --no-assume-unchanged --no-skip-worktree <file>)`);

/** The answers of `git cat-file --batch`: `<id> <type> <size>`, the bytes, a newline; or `<name> missing`. */
function blobs(bytes: Buffer): readonly (Buffer | null)[] {
  const found: (Buffer | null)[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at);
    const header = bytes.toString('utf8', at, end).split(' ');
    const size = header.at(-1) === 'missing' ? null : Number(header.at(-1));
    found.push(size === null ? null : bytes.subarray(end + 1, end + 1 + size));
    at = end + 1 + (size === null ? 0 : size + 1);
  }
  return found;
}

/** Ours, but for what a hook or a caller's git would have it look at. */
function environment(): NodeJS.ProcessEnv {
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...rest } = process.env;
  return { ...rest, GIT_OPTIONAL_LOCKS: '0', GIT_NO_REPLACE_OBJECTS: '1', LC_ALL: 'C' };
}
