import { noCache } from '../core/facts-cache.ts';
import type { PlantBed } from '../core/plant.ts';
import { READING, readWorkspace } from '../core/read-workspace.ts';
import { memoryTree } from '../core/source-tree.ts';

const LEAF = 'export const leaf = 1;\n';
const READER = 'src/reader.ts';
/** Loads what its user names, and may. */
const LOADER = 'src/loader.ts';

/** What reading a tree must refuse, and what it must let pass. */
export const readingPlants = (): PlantBed => ({
  guard: 'reading',
  rules: READING.map(({ id }) => id),
  plants: [
    { rule: 'reading/unparsable', disguise: 'a conflict left behind', violation: { [READER]: '<<<<<<< ours\n' }, nearMiss: { [READER]: "export const ours = '<<<<<<< ours';\n" } },
    { rule: 'reading/unparsable', disguise: 'TypeScript in a JavaScript file', violation: { 'src/reader.js': 'const a: number = 1;\n' }, nearMiss: { [READER]: 'const a: number = 1;\n' } },
    { rule: 'reading/unresolved-import', disguise: 'of a file', violation: { [READER]: "import './leave.ts';\n", 'src/leaf.ts': LEAF }, nearMiss: { [READER]: "import './leaf.ts';\n", 'src/leaf.ts': LEAF } },
    { rule: 'reading/unresolved-import', disguise: 'as a type', violation: { [READER]: "export type Leaf = import('./leave.ts').Leaf;\n" }, nearMiss: { [READER]: "export type Leaf = import('./leaf.ts').Leaf;\n", 'src/leaf.ts': LEAF } },
    { rule: 'reading/unresolved-import', disguise: 'by a constant text', violation: { [READER]: "await import('./' + 'leave.ts');\n" }, nearMiss: { [READER]: "await import('./' + 'leaf.ts');\n", 'src/leaf.ts': LEAF } },
    { rule: 'reading/opaque-import', disguise: 'dynamic', violation: { [READER]: 'export const load = (name: string) => import(name);\n' }, nearMiss: { [READER]: "export const load = () => import('./leaf.ts');\n", 'src/leaf.ts': LEAF } },
    {
      rule: 'reading/opaque-import', disguise: 'by a require made in place',
      violation: { [READER]: "import { createRequire } from 'node:module';\nexport const load = (name: string) => createRequire(import.meta.url)(name);\n" },
      nearMiss: { [READER]: "import { createRequire } from 'node:module';\nexport const found = (name: string) => createRequire(import.meta.url).resolve(name);\n" },
    },
    { rule: 'reading/unguarded-import', disguise: 'of a folder that is left out', violation: { [READER]: "import '../lib/leaf.ts';\n", 'lib/leaf.ts': LEAF }, nearMiss: { [READER]: "import './lib/leaf.ts';\n", 'src/lib/leaf.ts': LEAF } },
    {
      rule: 'reading/unguarded-import', disguise: "by its package's name",
      violation: { [READER]: "export * from 'left/out';\n", 'lib/package.json': '{ "name": "left" }', 'lib/src/out.ts': LEAF },
      nearMiss: { [READER]: "export * from 'read/out';\n", 'src/read/package.json': '{ "name": "read" }', 'src/read/src/out.ts': LEAF },
    },
    { rule: 'reading/unguarded-import', disguise: 'as a type', violation: { [READER]: "export type Leaf = typeof import('../lib/leaf.js').leaf;\n", 'lib/leaf.ts': LEAF }, nearMiss: { [READER]: "export type Leaf = typeof import('../lib/leaf.json');\n", 'lib/leaf.json': '{}' } },
    { rule: 'reading/unguarded-import', disguise: 'above the root', violation: { [READER]: "import '../../above.ts';\n" }, nearMiss: { [READER]: "import 'above';\n" } },
    { rule: 'reading/unused-loader', disguise: 'it names what it loads', violation: { [LOADER]: "await import('./reader.ts');\n", [READER]: LEAF }, nearMiss: { [LOADER]: 'export const load = (name: string) => import(name);\n' } },
  ],
  judge: async (files) => readWorkspace(memoryTree(files, { unguarded: ['lib'], loaders: Object.keys(files).filter((path) => path === LOADER) }), [], noCache).findings,
});
