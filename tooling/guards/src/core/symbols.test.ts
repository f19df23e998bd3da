import { describe, expect, test } from 'vitest';
import { noCache } from './facts-cache.ts';
import type { Tree } from './plant.ts';
import { memoryTree } from './source-tree.ts';
import type { Symbols } from './symbols.ts';
import { readWorkspace } from './read-workspace.ts';

const symbolsIn = (files: Tree): Symbols => readWorkspace(memoryTree(files), [], noCache).workspace.symbols;
const told = (symbols: Symbols, path: string, ...chain: [string, ...string[]]): readonly string[] =>
  symbols.originsOf(path, chain).map(({ module, name, rest }) => [`${module}#${name}`, ...rest].join('.'));

const BEGIN = 'export const begin = () => {}; export class Session {}';

describe('symbols', () => {
  test.each<[string, Tree, [string, ...string[]]]>([
    ['an import', { 'u.ts': `import { begin } from './begin.ts';` }, ['begin']],
    ['an import by another name', { 'u.ts': `import { begin as start } from './begin.ts';` }, ['start']],
    ['a member of a namespace', { 'u.ts': `import * as db from './begin.ts';` }, ['db', 'begin']],
    ['a re-export', { 'u.ts': `import { begin } from './b.ts';`, 'b.ts': `export { begin } from './begin.ts';` }, ['begin']],
    ['a chain of re-exports under other names', { 'u.ts': `import { c } from './c.ts';`, 'c.ts': `export { b as c } from './b.ts';`, 'b.ts': `import { begin as b } from './begin.ts'; export { b };` }, ['c']],
    ['export *', { 'u.ts': `import { begin } from './b.ts';`, 'b.ts': `export * from './begin.ts';` }, ['begin']],
    ['export * as', { 'u.ts': `import { db } from './b.ts';`, 'b.ts': `export * as db from './begin.ts';` }, ['db', 'begin']],
    ['a default that is it', { 'u.ts': `import start from './b.ts';`, 'b.ts': `import { begin } from './begin.ts'; export default begin;` }, ['start']],
    ['an alias', { 'u.ts': `import { begin } from './begin.ts'; const start = begin; export const again = start;` }, ['again']],
    ['an alias in another file', { 'u.ts': `import { start } from './b.ts';`, 'b.ts': `import * as db from './begin.ts'; export const start = db.begin;` }, ['start']],
    ['what is taken out of a namespace', { 'u.ts': `import * as db from './begin.ts'; const { begin: start } = db;` }, ['start']],
    ['a dynamic import', { 'u.ts': `const { begin: start } = await import('./begin.ts');` }, ['start']],
    ['a module that was asked for in place', { 'u.ts': '' }, ['import:./begin.ts', 'begin']],
    ['a package of the workspace', { 'u.ts': `import { begin } from '@x/db/begin';`, 'p/package.json': '{ "name": "@x/db" }', 'p/src/begin.ts': `export { begin } from '../../begin.ts';` }, ['begin']],
  ])('follow %s', (_how, files, chain) => {
    expect(told(symbolsIn({ 'begin.ts': BEGIN, ...files }), 'u.ts', ...chain)).toContain('begin.ts#begin');
  });

  test('what comes from outside keeps its name', () => {
    const symbols = symbolsIn({ 'u.ts': `import pg, { Pool } from 'pg'; import * as fs from 'node:fs/promises'; import { text } from 'node:stream/consumers';` });
    expect(told(symbols, 'u.ts', 'Pool', 'connect')).toEqual(['npm:pg#Pool.connect']);
    expect(told(symbols, 'u.ts', 'pg', 'Client')).toEqual(['npm:pg#Client']);
    expect(told(symbols, 'u.ts', 'fs', 'readFile')).toEqual(['node:fs/promises#readFile']);
    expect(told(symbols, 'u.ts', 'text')).toEqual(['node:stream/consumers#text']);
  });

  test('what a file defines itself is its own', () => {
    expect(told(symbolsIn({ 'u.ts': 'export const begin = 1;' }), 'u.ts', 'begin')).toEqual(['u.ts#begin']);
  });

  test('names that are handed round in a circle end', () => {
    const symbols = symbolsIn({ 'u.ts': `import { a } from './b.ts'; export { a };`, 'b.ts': `export { a } from './u.ts'; export * from './u.ts';` });
    expect(told(symbols, 'u.ts', 'a')).toEqual([]);
  });

  test('an export that is not there has no origin', () => {
    expect(symbolsIn({ 'begin.ts': BEGIN }).originsOfExport('begin.ts', 'commit')).toEqual([]);
  });
});
