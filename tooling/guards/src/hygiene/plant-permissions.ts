import type { Plant, Tree } from '../core/plant.ts';
import { HOUSE } from './planted-config.ts';

const plant = (rule: string) => (disguise: string, violation: Tree, nearMiss: Tree): Plant => ({ rule, disguise, violation: { ...HOUSE, ...violation }, nearMiss: { ...HOUSE, ...nearMiss } });
const unused = plant('hygiene/unused-permission');
const entry = plant('hygiene/entry-point-import');
/** What may be taken of others in this house, but for one line. */
const without = (line: string): Tree => ({ 'values.ts': (HOUSE['values.ts'] ?? '').replace(line, '') });

/** How one may come by what an entry point does. */
export const ENTRY_POINTS: readonly Plant[] = [
  entry('later', { 'inner.ts': "export const begin = (): Promise<unknown> => import('./main.ts');\n" }, { 'inner.ts': "export const begin = (): Promise<unknown> => import('./start.ts');\n" }),
  entry(
    'for a value of it',
    { 'main.ts': 'export const PORT = 1;\nsetInterval(() => {}, PORT);\n', 'inner.ts': "import { PORT } from './main.ts';\nexport const port = (): number => PORT;\n" },
    { 'main.ts': 'export interface Port { readonly port: number }\nsetInterval(() => {}, 1);\n', 'inner.ts': "import type { Port } from './main.ts';\nexport const port = (given: Port): number => given.port;\n" },
  ),
  entry('handed on', { 'public.ts': "export * from './main.ts';\n" }, { 'public.ts': "export * from './registry.ts';\n" }),
];

/** What the configuration lets pass and nothing in the house needs any more. */
export const UNUSED_PERMISSIONS: readonly Plant[] = [
  unused('an entry that has something of its own', { 'public.ts': 'export const own = 1;\n' }, { 'public.ts': "import { start } from './start.ts';\nexport { start };\n" }),
  unused('a configuration with names', { 'tool.config.ts': 'export const port = 1;\n' }, { 'tool.config.ts': 'const port = { port: 1 };\nexport { port as default };\n' }),
  unused('an effect that nobody asks for', without("import 'reflect-metadata';\n"), without('\n')),
  unused('a package that nobody calls', without("export const Name = z.string();\n"), { 'inner.ts': "import * as zod from 'zod';\nexport const Name = zod.z.string();\n", ...without("export const Name = z.string();\n") }),
  unused('an export that is taken for its type', without("export const digest = createHash('sha256');\n"), { 'inner.ts': "import { createHash as make } from 'node:crypto';\nexport const digest = make('sha256');\n", ...without("export const digest = createHash('sha256');\n") }),
];
