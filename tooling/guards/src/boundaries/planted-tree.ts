import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from '../core/plant.ts';

/** What surrounds a planted tree, so that the real resolution is under test. */
export interface PlantedPackages {
  /** The scope of the workspace's packages: the package in `packages/a` is called `<scope>/a`. Without it a tree is no workspace. */
  readonly scope?: string;
  /** Stand-ins for the packages from a registry that plants import, with the files that they are imported by. */
  readonly standIns?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Writes a tree as a workspace of its own. Each package of it, two folders deep where there is a scope, gets a manifest (unless the tree brings it)
 * with file-by-file `exports`, and is found by its name through a link.
 * @param root an empty folder
 */
export function plantTree(root: string, tree: Tree, { scope, standIns = {} }: PlantedPackages): void {
  for (const [path, text] of Object.entries(tree)) write(join(root, path), text);
  for (const folder of scope === undefined ? [] : packagesOf(tree)) {
    const name = `${scope ?? ''}/${folder.split('/')[1] ?? ''}`;
    if (!(`${folder}/package.json` in tree)) write(join(root, folder, 'package.json'), JSON.stringify(manifestOf(name, standIns)));
    link(join(root, folder), join(root, 'node_modules', name));
  }
  const texts = Object.values(tree);
  for (const [name, files] of Object.entries(standIns)) {
    // What no file of the tree asks for need not be there to be found.
    if (!texts.some((text) => text.includes(name))) continue;
    const folder = join(root, 'node_modules', name);
    write(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    for (const file of files) write(join(folder, `${file}.js`), 'export default 1;\n');
  }
}

const packagesOf = (tree: Tree): readonly string[] =>
  [...new Set(Object.keys(tree).map((path) => path.split('/').slice(0, 2).join('/')))];

const manifestOf = (name: string, standIns: Readonly<Record<string, readonly string[]>>): object => ({
  name,
  type: 'module',
  exports: { './*': './src/*.ts' },
  dependencies: Object.fromEntries(Object.keys(standIns).map((foreign) => [foreign, '1.0.0'])),
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
