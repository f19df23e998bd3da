import { expect, test } from 'vitest';
import { noCache } from '../core/facts-cache.ts';
import type { Finding } from '../core/finding.ts';
import type { Tree } from '../core/plant.ts';
import { readWorkspace } from '../core/read-workspace.ts';
import { memoryTree } from '../core/source-tree.ts';
import type { Layer } from '../run/config.ts';
import { layerGraph, type LayerGraph } from './layer-graph.ts';
import { toMermaid } from './mermaid.ts';

const LAYERS: readonly Layer[] = [{ name: 'top', path: 'top/**' }, { name: 'middle', path: 'middle/**' }, { name: 'bottom "B"', path: 'bottom/**' }];
const TREE: Tree = {
  'top/a.ts': "import '../middle/b.ts';\nimport '../middle/c.ts';\nimport './d.ts';\n",
  'top/d.ts': "export type C = import('../middle/c.ts').C;\n",
  'middle/b.ts': "import '../bottom/e.ts';\nimport 'pg';\n",
  'middle/c.ts': 'export type C = 1;\n',
  'bottom/e.ts': 'export {};\n',
};
const UP: Tree = { ...TREE, 'bottom/e.ts': "import '../middle/c.ts';\n" };
const FINDING: Finding = { rule: 'boundaries/no-way-up', path: 'bottom/e.ts', line: 1, column: 1, message: 'imports middle/c.ts', to: 'middle/c.ts' };
const graphOf = (tree: Tree, findings: readonly Finding[] = []): LayerGraph => layerGraph(readWorkspace(memoryTree(tree), [], noCache).workspace, LAYERS, findings);

test('imports are counted between layers, whatever their kind; those within a layer and of packages of others are not', () => {
  expect(graphOf(TREE)).toEqual({
    layers: new Map([['top', 2], ['middle', 2], ['bottom "B"', 1]]),
    edges: [{ from: 'middle', to: 'bottom "B"', imports: 1, broken: 0 }, { from: 'top', to: 'middle', imports: 3, broken: 0 }],
  });
});

test('a broken import is red; one that breaks two rules is one; one of a package of others is drawn', () => {
  const drawn = toMermaid(graphOf(UP, [FINDING, { ...FINDING, rule: 'boundaries/other' }, { ...FINDING, path: 'middle/b.ts', to: 'node_modules/pg/index.js' }]));
  expect(drawn.split('\n').slice(1)).toEqual([
    'flowchart TB',
    '  l0["top<br/>2 files"]',
    '  l1["middle<br/>2 files"]',
    '  l2["bottom #quot;B#quot;<br/>1 file"]',
    '  l3["packages of others"]',
    '  l0 -->|"3"| l1',
    '  l1 -->|"1"| l2',
    '  l1 -->|"0, 1 broken"| l3',
    '  l2 -->|"1, 1 broken"| l1',
    '  linkStyle 2 stroke:#cf222e,color:#cf222e,stroke-width:3px',
    '  linkStyle 3 stroke:#cf222e,color:#cf222e,stroke-width:3px',
    '  classDef added stroke:#1a7f37,color:#1a7f37,stroke-width:3px',
    '  classDef gone stroke:#8c959f,color:#8c959f,stroke-dasharray:4',
    '',
  ]);
});

test('against a base, new imports and layers are green, gone ones dashed, and numbers say by how much they have changed', () => {
  const base: Tree = { 'top/a.ts': "import '../bottom/e.ts';\n", 'middle/b.ts': "import '../bottom/e.ts';\n", 'bottom/e.ts': 'export {};\n' };
  const lines = toMermaid(graphOf(TREE), graphOf(base)).split('\n');
  expect(lines).toContain('  l0["top<br/>2 (+1) files"]');
  expect(lines).toContain('  l0 ==>|"3 (+3)"| l1');
  expect(lines).toContain('  l1 -->|"1"| l2');
  expect(lines).toContain('  l0 -.->|"0 (−1)"| l2');
  expect(lines).toContain('  linkStyle 0 stroke:#1a7f37,color:#1a7f37,stroke-width:3px');
  const swapped = toMermaid(graphOf({ 'top/a.ts': '', 'top/d.ts': '', 'middle/b.ts': '', 'middle/c.ts': '' }), graphOf({ 'top/d.ts': '', 'bottom/e.ts': '' }));
  expect(swapped).toContain('l1["middle<br/>2 (+2) files"]:::added');
  expect(swapped).toContain('<br/>0 (−1) files"]:::gone');
});
