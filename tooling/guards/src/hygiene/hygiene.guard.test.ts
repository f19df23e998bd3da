import { describe, expect, test } from 'vitest';
import { judgeTree, type Tree } from '../core/plant.ts';
import { hygieneGuard } from './hygiene.guard.ts';
import { HOUSE, PLANTED_CONFIG } from './planted-config.ts';

const findingsIn = async (files: Tree, config = PLANTED_CONFIG): Promise<readonly string[]> =>
  (await judgeTree(hygieneGuard(config), { ...HOUSE, ...files })).map(({ path, line, column, rule, message }) => `${path}:${line}:${column} ${rule}: ${message}`);

describe('a finding says where, and what', () => {
  test('of an effect: at the call, with the way through the functions of other files', async () => {
    expect(await findingsIn({ 'a.ts': "import { open } from './registry.ts';\nconst begin = (): unknown => open();\nexport const a =\n  begin();\n" })).toEqual([
      'a.ts:4:3 hygiene/import-effect: on import, by begin of a.ts: by open of registry.ts: calls fetch, which is not known to only make a value',
    ]);
  });

  test('of an effect that cannot be told: that it cannot', async () => {
    expect(await findingsIn({ 'a.ts': "import { thing } from 'others';\nexport const a = thing.made();\n" })).toEqual([
      'a.ts:2:18 hygiene/import-effect: on import, calls thing.made of npm:others, which is not known to only make a value',
    ]);
  });

  test('of a change: whose it is', async () => {
    expect(await findingsIn({ 'a.ts': "import { registry } from './registry.ts';\n\nregistry.register('a');\n" })).toEqual([
      'a.ts:3:1 hygiene/import-effect: on import, changes what registry.ts holds',
    ]);
  });

  test('of a circle: all of it, once, in its first file, wherever it is entered', async () => {
    const use = (to: string): string => `import { x } from './${to}.ts';\nexport const x = (): unknown => x;\n`.replaceAll('x }', `x as y }`);
    expect(await findingsIn({ 'c.ts': use('a'), 'b.ts': use('c'), 'a.ts': use('b'), 'd.ts': use('b') })).toEqual([
      'a.ts:1:1 hygiene/circular-import: imports lead in a circle: a.ts → b.ts → c.ts → a.ts',
    ]);
  });

  test('of circles that are tied together: the shortest, and how many files are in it', async () => {
    const found = await findingsIn({
      'a.ts': "import './b.ts';\n", 'b.ts': "import './c.ts';\nimport './a.ts';\n", 'c.ts': "import './a.ts';\n",
    }, { ...PLANTED_CONFIG, sideEffects: ['./a.ts', './b.ts', './c.ts', 'reflect-metadata'] });
    expect(found).toEqual(['a.ts:1:1 hygiene/circular-import: imports lead in a circle: a.ts → b.ts → a.ts (3 files lead to each other)']);
  });
});

test('imports for the compiler alone make no circle where the configuration says so', async () => {
  const files: Tree = { 'a.ts': "import type { B } from './b.ts';\nexport type A = readonly B[];\n", 'b.ts': "import type { A } from './a.ts';\nexport interface B { readonly a: A }\n" };
  expect(await findingsIn(files)).toHaveLength(1);
  expect(await findingsIn(files, { ...PLANTED_CONFIG, cycles: { countTypes: false } })).toEqual([]);
});

test('functions that call each other are followed once', async () => {
  expect(await findingsIn({ 'a.ts': 'const even = (n: number): boolean => n === 0 || odd(n - 1);\nconst odd = (n: number): boolean => n !== 0 && even(n - 1);\nexport const a = even(4);\n' })).toEqual([]);
});

test('a configuration that names what is not there is refused', async () => {
  await expect(findingsIn({}, { ...PLANTED_CONFIG, entryPoints: ['gone.ts'] })).rejects.toThrow(/gone\.ts/);
});
