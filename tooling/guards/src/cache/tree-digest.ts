import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import type { Resolution } from '../core/resolver.ts';
import type { Workspace } from '../core/workspace.ts';
import { digestOf } from './digest.ts';

/** Whatever decides what code means and where imports lead. */
const MEANINGFUL = '*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,json,jsonc,yaml,yml,toml,lock,sql,node,wasm}';
/** What package managers write down of what they have installed. */
const INSTALLED = ['node_modules/.pnpm/lock.yaml', 'node_modules/.modules.yaml', 'node_modules/.package-lock.json', 'node_modules/.yarn-state.yml'];

/**
 * Stands for a tree as a whole: every file of it that may matter to code, what is installed, and where each import leads now.
 * What was found out of a tree holds for as long as this is the same.
 * @param isFresh reads every file once more, instead of trusting what the workspace has read
 */
export async function treeDigest(workspace: Workspace, isFresh = false): Promise<string> {
  const { root } = workspace;
  const found = await glob([`**/${MEANINGFUL}`], { cwd: root, expandDirectories: false, ignore: ['**/node_modules/**'] });
  const atRoot = await glob([MEANINGFUL], { cwd: root, dot: true, expandDirectories: false });
  const paths = [...new Set([...found, ...atRoot, ...workspace.paths])].sort();
  const files = paths.map((path) => `${path} ${!isFresh && workspace.has(path) ? workspace.digest(path) : fileDigest(join(root, path))}`);
  return digestOf([...files, ...INSTALLED.map((path) => `${path} ${fileDigest(join(root, path))}`), ...leads(workspace)]);
}

const fileDigest = (path: string): string => (existsSync(path) ? hash('sha256', readFileSync(path)) : 'none');

function leads(workspace: Workspace): readonly string[] {
  return workspace.paths.flatMap((path) =>
    workspace.module(path).requests.flatMap(({ specifier }) => (specifier === null ? [] : [`${path} ${specifier} ${written(workspace.resolve(path, specifier))}`])),
  );
}

function written(resolution: Resolution): string {
  switch (resolution.kind) {
    case 'file':
      return resolution.path;
    case 'package':
    case 'builtin':
      return `${resolution.kind} ${resolution.name}`;
    case 'outside':
      return `outside ${resolution.path}`;
    case 'unresolved':
      return 'nowhere';
  }
}
