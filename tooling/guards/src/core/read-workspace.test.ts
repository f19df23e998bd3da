import { describe, expect, test } from 'vitest';
import type { FactsCache, FileFacts } from './facts-cache.ts';
import { noCache } from './facts-cache.ts';
import type { Guard } from './guard.ts';
import type { Tree } from './plant.ts';
import { memoryTree } from './source-tree.ts';
import { readWorkspace } from './read-workspace.ts';

const found = (files: Tree): readonly string[] => readWorkspace(memoryTree(files), [], noCache).findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`);

describe('readWorkspace', () => {
  test('a file that cannot be parsed is a finding, and the others are read', () => {
    const { workspace, findings } = readWorkspace(memoryTree({ 'a.ts': 'const = 1;', 'b.ts': 'export const b = 1;' }), [], noCache);
    expect(findings.map(({ rule, path }) => [rule, path])).toEqual([['reading/unparsable', 'a.ts']]);
    expect(workspace.paths).toEqual(['b.ts']);
  });

  test('an import that leads nowhere is a finding, however it is written', () => {
    expect(found({ 'a.ts': `import './gone.ts';\nexport * from './gone.ts';\nawait import('./gone.ts');\ntype T = import('./gone.ts').T;` })).toEqual([
      'reading/unresolved-import a.ts:1', 'reading/unresolved-import a.ts:2', 'reading/unresolved-import a.ts:3', 'reading/unresolved-import a.ts:4',
    ]);
  });

  test('an import whose name is computed is a finding; one that is put together from constants is not', () => {
    expect(found({ 'a.ts': `const m = './b.ts';\nawait import(process.argv[2]);\nawait import('./' + 'b.ts');`, 'b.ts': '' })).toEqual(['reading/opaque-import a.ts:2']);
  });

  test('a file whose text is known is not read again, and one that changed is', () => {
    const kept = new Map<string, FileFacts>();
    const cache: FactsCache = { get: (path, digest) => kept.get(path + digest), set: (path, digest, facts) => kept.set(path + digest, facts) };
    let reads = 0;
    const counting: Guard<number> = { name: 'counting', rules: [], collect: ({ text }) => ((reads += 1), text.length), judge: () => ({ findings: [], examined: {} }) };
    const read = (text: string): unknown => readWorkspace(memoryTree({ 'a.ts': text }), [counting as Guard<never>], cache).facts('counting', 'a.ts'); // counts alone
    expect([read('1;'), read('1;'), read('12;')]).toEqual([2, 2, 3]);
    expect(reads).toBe(2);
  });
});
