import { noCache } from '../core/facts-cache.ts';
import type { PlantBed } from '../core/plant.ts';
import { READING, readWorkspace } from '../core/read-workspace.ts';
import { memoryTree } from '../core/source-tree.ts';

const LEAF = 'export const leaf = 1;\n';
const READER = 'src/reader.ts';

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
  ],
  judge: async (files) => readWorkspace(memoryTree(files), [], noCache).findings,
});
