import type { Plant, Tree } from '../core/plant.ts';
import { HOUSE } from './planted-config.ts';

const plant = (rule: string) => (disguise: string, violation: Tree, nearMiss: Tree): Plant => ({ rule, disguise, violation: { ...HOUSE, ...violation }, nearMiss: { ...HOUSE, ...nearMiss } });
const inFile = (rule: string) => (disguise: string, violation: string, nearMiss: string): Plant => plant(rule)(disguise, { 'inner.ts': violation }, { 'inner.ts': nearMiss });
const barrel = inFile('hygiene/internal-barrel');
const byDefault = inFile('hygiene/default-export');
const cycle = plant('hygiene/circular-import');

/** How a module may have nothing of its own. */
export const BARRELS: readonly Plant[] = [
  barrel('export from', "export { start } from './start.ts';\n", "export { start } from './start.ts';\nexport const own = 1;\n"),
  barrel('export *', "export * from './start.ts';\nexport * from './registry.ts';\n", "export { start } from './start.ts';\nexport interface Own { readonly own: true }\n"),
  barrel('export * beside something of its own', "export * from './start.ts';\nexport type Own = never;\n", "export * as started from './start.ts';\nexport type Own = never;\n"),
  barrel('beside something that nobody can have', "export { start } from './start.ts';\nconst own = 1;\nvoid own;\n", "export { start } from './start.ts';\nconst own = 1;\nexport { own };\n"),
  barrel('a bag of imports', "import { start } from './start.ts';\nimport { define } from './registry.ts';\nexport const all = { start, made: define };\n", "import { start } from './start.ts';\nimport { define } from './registry.ts';\nexport const all = { start, made: define({ a: 1 }) };\n"),
  barrel('all of a module, spread', "import * as started from './start.ts';\nexport const all = { ...started };\n", "import * as started from './start.ts';\nexport const all = { ...started, at: 1 };\n"),
  barrel('a bag that is exported later', "import { start } from './start.ts';\nconst all = Object.freeze({ start });\nexport { all };\n", "import { start } from './start.ts';\nconst all = Object.freeze({ start: () => start() });\nexport { all };\n"),
  barrel('export * as', "export * as started from './start.ts';\n", "import * as started from './start.ts';\nexport const names = Object.keys(started);\n"),
  barrel('import, then export', "import { start } from './start.ts';\nimport { define } from './registry.ts';\nexport { start, define as made };\n", "import { start } from './start.ts';\nconst own = { start, at: 1 };\nexport { own };\n"),
  barrel('another name', "import { start } from './start.ts';\nexport const begin = start;\n", "import { start } from './start.ts';\nexport const begin = (): Promise<void> => start();\n"),
  barrel('another name of a member', "import * as started from './start.ts';\nexport const begin: unknown = started['start'] as unknown;\n", "import * as started from './start.ts';\nexport const begin: unknown = [started];\n"),
  barrel('names that are taken apart', "import * as registry from './registry.ts';\nexport const { define, TABLE } = registry;\n", "export const { define, TABLE } = { define: 1, TABLE: 2 };\n"),
  barrel('a name that is exported later', "import { start } from './start.ts';\nconst begin = start;\nexport { begin };\n", "const begin = 1;\nexport { begin };\n"),
  barrel('types', "import type { Registry } from './registry.ts';\nexport type { Point } from './registry.ts';\nexport type Book = Registry;\n", "import type { Registry } from './registry.ts';\nexport type Book = readonly Registry[];\n"),
  barrel('an interface with nothing in it', "import type { Registry } from './registry.ts';\nexport interface Book extends Registry {}\n", "import type { Registry } from './registry.ts';\nexport interface Book extends Registry { readonly title: string }\n"),
  barrel('a class with nothing in it', "import { Point } from './registry.ts';\nexport class Place extends Point {}\n", "import { Point } from './registry.ts';\nexport class Place extends Point { readonly name = 'place'; }\n"),
  barrel('behind a directive and a comment', "'use strict';\n// The public face of it.\nexport * from './start.ts';\n;\n", "'use strict';\n// Nothing here yet.\nexport {};\n"),
  barrel('bound', "import { define } from './registry.ts';\nexport const made = define.bind(null);\n", "import { define } from './registry.ts';\nexport const made = define({ a: 1 });\n"),
];

/** How an export may have no name. */
export const DEFAULTS: readonly Plant[] = [
  byDefault('of an expression', 'export default { a: 1 };\n', 'export const settings = { a: 1 };\n'),
  byDefault('of a function', 'export default function own(): number { return 1; }\n', 'export function own(): number { return 1; }\n'),
  byDefault('of a class', 'export default class Own { readonly own = 1; }\n', 'export class Default { readonly own = 1; }\n'),
  byDefault('of a type', 'export default interface Own { readonly own: true }\n', 'export interface Own { readonly default: true }\n'),
  byDefault('as default', 'const own = 1;\nexport { own as default };\n', 'const own = 1;\nexport { own as defaults };\n'),
  byDefault('as default, in quotes', 'const own = 1;\nexport { own as "default" };\n', 'const own = 1;\nexport { own as "the default" };\n'),
  byDefault('of another', "export const own = 1;\nexport { default } from 'zod';\n", "export const own = 1;\nexport { default as z } from 'zod';\n"),
  byDefault('of another, under a new role', "export const own = 1;\nexport { start as default } from './start.ts';\n", "import zod from 'zod';\nexport const own = zod;\nexport const more = 1;\n"),
  byDefault('as a namespace', "export const own = 1;\nexport * as default from './start.ts';\n", "export const own = 1;\nexport * as started from './start.ts';\n"),
  byDefault('by assignment', 'const own = 1;\nexport = own;\n', 'const own = 1;\nexport { own };\n'),
];

const uses = (from: string, name: string, as: string): string => `import { ${name} } from '${from}';\nexport const ${as} = (): unknown => ${name};\n`;

/** How imports may lead in a circle. */
export const CYCLES: readonly Plant[] = [
  cycle('of two', { 'a.ts': uses('./b.ts', 'b', 'a'), 'b.ts': uses('./a.ts', 'a', 'b') }, { 'a.ts': uses('./b.ts', 'b', 'a'), 'b.ts': uses('./start.ts', 'start', 'b') }),
  cycle('of one', { 'a.ts': uses('./a.ts', 'a', 'again').replace('again', 'a') }, { 'a.ts': 'export const a = (): unknown => a;\n' }),
  cycle('of three', { 'a.ts': uses('./b.ts', 'b', 'a'), 'b.ts': uses('./c.ts', 'c', 'b'), 'c.ts': uses('./a.ts', 'a', 'c') }, { 'a.ts': uses('./b.ts', 'b', 'a') + uses('./c.ts', 'c', 'd'), 'b.ts': uses('./c.ts', 'c', 'b'), 'c.ts': 'export const c = 1;\n' }),
  cycle('through a re-export', { 'a.ts': uses('./b.ts', 'b', 'a'), 'b.ts': "export { a as b } from './a.ts';\nexport const own = 1;\n" }, { 'a.ts': uses('./b.ts', 'b', 'a'), 'b.ts': "export { start as b } from './start.ts';\nexport const own = 1;\n" }),
  cycle('through export *', { 'a.ts': uses('./public.ts', 'own', 'a'), 'public.ts': "export * from './a.ts';\nexport const own = 1;\n" }, { 'a.ts': uses('./public.ts', 'own', 'a'), 'public.ts': "export * from './start.ts';\nexport const own = 1;\n" }),
  cycle('through an import in place', { 'a.ts': uses('./b.ts', 'b', 'a'), 'b.ts': "export const b = (): Promise<unknown> => import('./a' + '.ts');\n" }, { 'a.ts': uses('./b.ts', 'b', 'a'), 'b.ts': "export const b = (): Promise<unknown> => import('./start' + '.ts');\n" }),
  cycle('through types', { 'a.ts': "import type { B } from './b.ts';\nexport type A = readonly B[];\n", 'b.ts': "import type { A } from './a.ts';\nexport interface B { readonly a: A }\n" }, { 'a.ts': "import type { B } from './b.ts';\nexport type A = readonly B[];\n", 'b.ts': 'export interface B { readonly a: number }\n' }),
  cycle('through an import type', { 'a.ts': "export type A = readonly import('./b.ts').B[];\n", 'b.ts': "export interface B { readonly a: import('./a.ts').A }\n" }, { 'a.ts': "export type A = readonly import('./b.ts').B[];\n", 'b.ts': 'export interface B { readonly a: number }\n' }),
  cycle('through a package that is asked for by its name', { 'lib/package.json': '{ "name": "lib" }', 'lib/src/a.ts': uses('lib/b', 'b', 'a'), 'lib/src/b.ts': uses('lib/a', 'a', 'b') }, { 'lib/package.json': '{ "name": "lib" }', 'lib/src/a.ts': uses('lib/b', 'b', 'a'), 'lib/src/b.ts': 'export const b = 1;\n' }),
];
