import { describe, expect, test } from 'vitest';
import { parseFile } from './parsed-file.ts';
import type { ModuleFacts } from './module-facts.ts';

const factsOf = (source: string): ModuleFacts => parseFile('a.ts', source).module;

describe('moduleFactsOf', () => {
  test('every way to ask for a module is a request', () => {
    const { requests } = factsOf(`
      import a from 'a'; import 'b'; import type { c } from 'c'; export * from 'd'; export { e } from 'e';
      await import('f'); require('g'); createRequire(import.meta.url)('h'); type I = import('i').I; import j = require('j');
      import { type k } from 'k'; await import(l);
      import.meta.resolve('m'); new Worker(new URL('./n.ts', import.meta.url)); process.getBuiltinModule('o'); new Worker(p);`);
    expect(requests.map(({ kind, specifier }) => [kind, specifier])).toEqual([
      ['import', 'a'], ['side effect', 'b'], ['type', 'c'], ['re-export', 'd'], ['re-export', 'e'], ['type', 'k'],
      ['dynamic', 'f'], ['require', 'g'], ['require', 'h'], ['type', 'i'], ['require', 'j'], ['dynamic', null],
      ['place', 'm'], ['place', './n.ts'], ['place', 'o'], ['place', null],
    ]);
  });

  test('a specifier put together from constants is told', () => {
    expect(factsOf("await import('./' + 'begin.ts'); await import(`./b.ts`);").requests.map(({ specifier }) => specifier)).toEqual(['./begin.ts', './b.ts']);
  });

  test('imports have their names on both sides, and their places', () => {
    expect(factsOf(`import d, { a as b, type T } from 'm';\nimport * as ns from 'n';`).imports).toEqual([
      { local: 'd', specifier: 'm', imported: 'default', isType: false, line: 1, column: 8 },
      { local: 'b', specifier: 'm', imported: 'a', isType: false, line: 1, column: 13 },
      { local: 'T', specifier: 'm', imported: 'T', isType: true, line: 1, column: 21 },
      { local: 'ns', specifier: 'n', imported: '*', isType: false, line: 2, column: 8 },
    ]);
  });

  test('exports of the own, of others, and without a name', () => {
    const { exports, reExports } = factsOf(`
      export const a = 1, { b, c: [d] } = e; export function f() {} export { g as h }; export default class {}
      export { i as j } from 'm'; export * as k from 'n'; export type { L } from 'o';`);
    expect(exports.map(({ exported, local }) => [exported, local])).toEqual([['a', 'a'], ['b', 'b'], ['d', 'd'], ['f', 'f'], ['h', 'g'], ['default', null]]);
    expect(reExports.map(({ specifier, imported, exported, isType }) => [specifier, imported, exported, isType])).toEqual([
      ['m', 'i', 'j', false], ['n', '*', 'k', false], ['o', 'L', 'L', true],
    ]);
  });

  test('other names for the same are aliases', () => {
    const { aliases } = factsOf(`
      const a = b; const { c: d, ['e']: { f } } = ns.g; export const h = (i as unknown)['j']; const k = b.bind(null);
      const m = await import('n'); const { o } = await import('p'); const q = r();`);
    expect(aliases.map(({ local, of }) => [local, of.join('.')])).toEqual([
      ['a', 'b'], ['d', 'ns.g.c'], ['f', 'ns.g.e.f'], ['h', 'i.j'], ['k', 'b'], ['m', 'import:n'], ['o', 'import:p.o'],
    ]);
  });

  test('what is no module says where', () => {
    expect(() => parseFile('a.ts', 'const a = 1;\nconst = 2;')).toThrow(expect.objectContaining({ name: 'UnparsableFileError', place: { line: 2, column: 7 } }));
  });
});
