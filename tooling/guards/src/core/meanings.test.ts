import { expect, test } from 'vitest';
import { meaningsOf } from './meanings.ts';
import { parseFile } from './parsed-file.ts';
import { walk } from './walk.ts';

/** The chains that the argument of `ask(…)` may mean. */
function asked(text: string): readonly string[] {
  const file = parseFile('a.ts', `import { begin, other } from './begin.ts';\nimport * as ns from './ns.ts';\n${text}`);
  const found: string[] = [];
  walk(file.program, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'ask') return;
    const [given] = node.arguments;
    if (given !== undefined) found.push(...meaningsOf(file).of(given).map((chain) => chain.join(' ')));
  });
  return found;
}

test.each([
  ['a local alias', 'const f = () => { const go = begin; ask(go); };', ['begin']],
  ['a pattern of a namespace', 'const f = () => { const { begin: { now } } = ns; ask(now); };', ['ns begin now']],
  ['a key in brackets that is a constant', "const f = () => { const KEY = 'be' + 'gin'; ask(ns[KEY]); };", ['ns begin']],
  ['a module that is asked for in place', "const f = async () => { const { begin: go } = await import('./begin.ts'); ask(go); };", ['import:./begin.ts begin']],
  ['a choice', 'ask(early ? begin : other);', ['begin', 'other']],
  ['a default', 'ask(ns.begin ?? other);', ['ns begin', 'other']],
  ['a comma and bind', 'ask((0, ns.begin.bind(null)));', ['ns begin']],
  ['a table', 'const f = () => { const table = { go: begin, ...ns }; ask(table.go); };', ['begin', 'ns go']],
  ['a list', 'const f = () => { const list = [other, begin]; ask(list[1]); };', ['begin']],
  ['a call', 'const f = () => { const made = begin(); ask(made.run); };', ['begin () run']],
  ['what a function returns', 'const f = () => { const give = () => { if (early) return other; return begin; }; ask(give()); };', ['other', 'begin']],
  ['a later assignment', 'const f = () => { let go; go = begin; ask(go); };', ['begin']],
  ['a parameter', 'const f = ({ execute: go }) => ask(go);', ['parameter: execute']],
  ['assertions', 'ask((begin as never)!);', ['begin']],
])('%s is followed to what it stands for', (_what, text, chains) => {
  expect(asked(text)).toEqual(chains);
});

test('names that are made of each other end somewhere', () => {
  expect(asked('const f = () => { let a, b; a = b; b = a; ask(a); };')).toEqual([]);
});

test('a name of an inner function is not that of the file', () => {
  expect(asked('const f = (begin) => ask(begin);')).toEqual(['parameter:']);
});
