import type { Node } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { constantText } from './constant-text.ts';
import { parseFile } from './parsed-file.ts';

function initOf(source: string, name: string): Node | undefined {
  for (const statement of parseFile('a.ts', source).program.body) {
    if (statement.type !== 'VariableDeclaration') continue;
    for (const { id, init } of statement.declarations) if (id.type === 'Identifier' && id.name === name && init !== null) return init;
  }
  return undefined;
}

function textIn(source: string, hole?: string): string | undefined {
  const node = initOf(source, 'x');
  if (node === undefined) throw new Error('the source declares no x');
  return constantText(node, (name) => initOf(source, name), hole);
}

describe('constantText', () => {
  test.each([
    [`'BE' + 'GIN'`, 'BEGIN'],
    ['`BE${"GIN"}`', 'BEGIN'],
    ['String.raw`COMMIT`', 'COMMIT'],
    [`['save', 'point a'].join('')`, 'savepoint a'],
    [`'roll'.concat('back', ' work')`, 'rollback work'],
    [`'commit'.toUpperCase()`, 'COMMIT'],
    [`('BEGIN' as string)!`, 'BEGIN'],
    [`\`\${'a'}\${1}\``, 'a1'],
  ])('%s is %s', (expression, text) => expect(textIn(`const x = ${expression};`)).toBe(text));

  test('names are followed, once each', () => {
    expect(textIn(`const verb = 'BEGIN'; const x = verb + ' read only';`)).toBe('BEGIN read only');
    expect(textIn(`const a = x; const x = a;`)).toBeUndefined();
  });

  test.each([['f()'], [`'a' + f()`], ['`a${b}`'], [`'a' - 'b'`], ['b.toUpperCase()']])('%s cannot be told', (expression) => expect(textIn(`const x = ${expression};`)).toBeUndefined());

  test('what cannot be told is a hole, where one is given', () => expect(textIn('const x = `begin ${mode} work`;', '?')).toBe('begin ? work'));
});
