import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from './plants.ts';

/** Stand-ins for the packages from a registry that plants import, with the files that they are imported by. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  'drizzle-orm': ['index', 'pg-core/index', 'node-postgres/index'],
  fastify: ['index'],
  'left-pad': ['index'],
  pg: ['index'],
  zod: ['index'],
};

/**
 * Writes a tree as a pnpm workspace of its own: every package of ours gets a manifest (unless the tree brings it) with the
 * same `exports` as the real ones, and is found by its name through a link, so that the real resolution is under test.
 * @param root an empty folder
 */
export function plantTree(root: string, tree: Tree): void {
  for (const [path, text] of Object.entries(tree)) write(join(root, path), text);
  const packages = new Set(Object.keys(tree).map((path) => path.split('/').slice(0, 2).join('/')));
  for (const folder of packages) {
    const name = `@hoc/${folder.split('/')[1] ?? ''}`;
    if (!(`${folder}/package.json` in tree)) write(join(root, folder, 'package.json'), JSON.stringify(manifestOf(name)));
    link(join(root, folder), join(root, 'node_modules', name));
  }
  for (const [name, files] of Object.entries(FOREIGN)) {
    const folder = join(root, 'node_modules', name);
    write(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    for (const file of files) write(join(folder, `${file}.js`), 'export default 1;\n');
  }
}

const manifestOf = (name: string): object => ({
  name,
  type: 'module',
  exports: { './*': './src/*.ts' },
  dependencies: Object.fromEntries(Object.keys(FOREIGN).map((foreign) => [foreign, '1.0.0'])),
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  // A junction needs no privilege on Windows; elsewhere the type is ignored.
  symlinkSync(target, path, 'junction');
}
