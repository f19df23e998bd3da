import type { HygieneConfig } from './hygiene-config.ts';

/** The house in which the plants stand. */
export const PLANTED_CONFIG: HygieneConfig = {
  files: ['**'],
  entryPoints: ['main.ts'],
  environment: ['process.env', 'process.argv', 'import.meta.env'],
  pure: { modules: ['zod', 'drizzle-orm/pg-core', 'node:path'], exports: ['node:crypto#createHash'] },
  sideEffects: ['reflect-metadata'],
  publicEntries: ['public.ts'],
  defaultExports: ['*.config.ts'],
  cycles: { countTypes: true },
};

/** What stands in every planted tree: files that may do what others may not. */
export const HOUSE: Readonly<Record<string, string>> = {
  'main.ts': "import { start } from './start.ts';\nconsole.log(process.env['PORT']);\nawait start();\n",
  'start.ts': 'export const start = async (): Promise<void> => {};\n',
  'public.ts': "export * from './start.ts';\n",
  'tool.config.ts': 'export default { port: 1 };\n',
  'values.ts': `import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pgTable } from 'drizzle-orm/pg-core';
import { z } from 'zod';
export const Name = z.string();
export const books = pgTable('books', {});
export const shelf = join('shelf', 'a');
export const digest = createHash('sha256');
`,
  'registry.ts': `export class Registry {
  readonly #all: unknown[] = [];
  register(one: unknown): this { this.#all.push(one); return this; }
  find(name: string): unknown { return this.#all.filter((one) => one === name); }
}
export const registry = new Registry();
export const TABLE: string[] = ['a'];
export const define = <D>(definition: D): D => definition;
export const curried = <S>() => <D>(definition: D): D => definition;
export const each = (names: readonly string[], work: (name: string) => unknown): readonly unknown[] => names.map((name) => work(name));
export function remember(one: string): string { TABLE.push(one); return one; }
export const open = (): unknown => fetch('https://example.org');
export const port = (): string | undefined => process.env['PORT'];
export const stamp = <T extends { at?: number }>(one: T): T => { one.at = 1; return one; };
export class Connection { constructor() { void fetch('https://example.org'); } }
export class Point { readonly x: number; constructor(x: number) { this.x = x; } static origin(): Point { return new Point(0); } scaled(by: number): Point { return new Point(this.x * by); } }
`,
};
