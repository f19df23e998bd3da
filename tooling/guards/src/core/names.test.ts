import type { Node } from 'oxc-parser';
import { expect, test } from 'vitest';
import { meant } from './meant.ts';
import { namesOf } from './names.ts';
import { parseFile } from './parsed-file.ts';
import { walk } from './walk.ts';

/** What the arguments of `see(…)` mean, one after the other. */
function seen(source: string): readonly string[] {
  const file = parseFile('a.ts', source);
  const names = namesOf(file);
  const found: string[] = [];
  walk(file.program, (node: Node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'see') return;
    for (const argument of node.arguments) {
      const meaning = meant(argument, names);
      found.push(meaning === undefined ? 'nothing' : `${meaning.root} ${meaning.chain.join('.')}`);
    }
  });
  return found;
}

test('a name means the innermost declaration around it, whatever comes before or after', () => {
  expect(seen("import { a } from 'a'; see(a); { const a = 1; see(a); } function f(a: number) { see(a); } see(a, fetch);")).toEqual(['module a', 'local a', 'local a', 'module a', 'global fetch']);
  expect(seen('const f = () => { see(fetch); }; const g = (fetch: () => void) => { see(fetch); };')).toEqual(['global fetch', 'local fetch']);
  expect(seen('if (x) { var late = 1; } see(late); for (const one of []) see(one); try {} catch (error) { see(error); }')).toEqual(['local late', 'local one', 'local error']);
});

test('names that stand for names are followed, to where a parameter begins', () => {
  expect(seen("import * as pool from 'pg'; function f() { const { query: ask } = pool; const again = ask; see(again, again.bind(pool)); }")).toEqual(['module pool.query', 'module pool.query']);
  expect(seen('function f(tx: object) { const { commit } = tx as never; see(commit); }')).toEqual(['local tx.commit']);
  expect(seen('function f() { const a = b; const b = a; see(a); }')).toEqual(['local a']);
});

test('what is no chain of names means nothing; a module that is asked for in place is itself', () => {
  expect(seen("see(1 + 1); see((await import('fs')).promises)")).toEqual(['nothing', 'module import:fs.promises']);
});
