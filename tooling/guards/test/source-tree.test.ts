import { afterAll, expect, test } from 'vitest';
import { diskTree } from '../src/core/source-tree.ts';
import { CopiedFolder } from './copied-folder.ts';

const folder = (): CopiedFolder => {
  const made = new CopiedFolder();
  made.write('src/a.ts', 'export const a = 1;\n');
  made.link('src/again', made.path('src'));
  return made;
};
const made: CopiedFolder[] = [];
afterAll(() => made.forEach((one) => one.remove()));

test('a folder that links to itself is read once', async () => {
  const one = folder();
  made.push(one);
  expect((await diskTree(one.root, { include: ['src/**/*.ts'] })).paths).toEqual(['src/a.ts']);
});
