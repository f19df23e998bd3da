import { describe, expect, test } from 'vitest';
import { ROOT } from '../root.ts';
import { checkNode, checkPins } from './check.mjs';
import { catalogOf, extensionsOf, readToolchain } from './read.mjs';
import type { Toolchain } from './read.mjs';

const AS_PINNED: Toolchain = {
  packageManager: 'pnpm@12.21.0',
  nodeVersion: '26.10.0',
  catalog: { node: '26.10.0', vitest: '5.1.1' },
  extensions: { 'dependency-cruiser@18>typescript': '6.0.3' },
  declared: { node: 'catalog:', vitest: 'catalog:', '@hoc/testbed': 'workspace:*' },
  manifests: { 'packages/l7-models/package.json': { vitest: 'catalog:', '@hoc/testbed': 'workspace:*' } },
  commands: { 'README.md': 'npx --yes pnpm@12.21.0 start' },
  runningNode: '26.10.0',
  runningPnpm: '12.21.0',
  installed: { node: '26.10.0', vitest: '5.1.1', '@hoc/testbed': '0.0.0' },
  cruiserTypescript: '6.0.3',
};

const faults = (change: Partial<Toolchain>): readonly string[] => checkPins({ ...AS_PINNED, ...change }).map(({ fault }) => fault);

describe('checkPins', () => {
  test('finds nothing when all is as pinned', () => expect(faults({})).toEqual([]));

  const deviations: readonly (readonly [what: string, change: Partial<Toolchain>, fault: string])[] = [
    ["the machine's Node", { runningNode: '20.20.2' }, 'this runs on Node 20.20.2, the pin is 26.10.0'],
    ['a nodeVersion that went its own way', { nodeVersion: '26.9.0' }, 'pnpm-workspace.yaml says nodeVersion 26.9.0, its catalog says node 26.10.0'],
    ['a catalog without node', { catalog: { vitest: '5.1.1' }, declared: {} }, 'pnpm-workspace.yaml pins no Node'],
    ['another pnpm', { runningPnpm: '11.0.0' }, 'this runs under pnpm 11.0.0, the pin is 12.21.0'],
    ['no pnpm', { runningPnpm: undefined }, 'this does not run as a pnpm script'],
    ['a range for pnpm', { packageManager: 'pnpm@12' }, "package.json's packageManager is pnpm@12"],
    ['a README that names another pnpm', { commands: { 'README.md': 'npx --yes pnpm@12.20.0 start' } }, 'README.md calls pnpm 12.20.0, the pin is 12.21.0'],
    ['a tool that was not installed', { installed: { node: '26.10.0' } }, 'vitest is not installed, the pin is 5.1.1'],
    ['a tool of another version', { installed: { node: '26.10.0', vitest: '5.0.0' } }, 'vitest is 5.0.0, the pin is 5.1.1'],
    ['a tool without a pin', { declared: { turbo: 'catalog:' } }, 'turbo has no version in the catalog'],
    ["TypeScript 7 under dependency-cruiser's hands", { cruiserTypescript: '7.0.2' }, 'dependency-cruiser reads with TypeScript 7.0.2, the pin is 6.0.3'],
    ['no TypeScript for dependency-cruiser', { cruiserTypescript: undefined }, 'dependency-cruiser reads with TypeScript (none), the pin is 6.0.3'],
    ['a workspace that forgets it', { extensions: {} }, 'nothing gives dependency-cruiser a TypeScript with a JS API, so it would pass having read nothing'],
    ['a version beside the catalog', { manifests: { 'packages/l7-models/package.json': { pg: '^8.0.0' } } }, 'packages/l7-models/package.json asks for pg ^8.0.0'],
    [
      'a dependency that the catalog lacks',
      { manifests: { 'packages/l7-models/package.json': { pg: 'catalog:' } } },
      'packages/l7-models/package.json asks for pg, which the catalog does not have',
    ],
  ];
  for (const [what, change, fault] of deviations) {
    test(`reports ${what}, with a remedy`, () => {
      expect(faults(change)).toEqual([fault]);
      for (const { remedy } of checkPins({ ...AS_PINNED, ...change })) expect(remedy).toMatch(/^[A-Z].{20,}\.$/);
    });
  }

  test('names the pinned package manager in the remedy, not a placeholder', () => {
    expect(checkPins({ ...AS_PINNED, runningNode: '20.20.2' })[0]?.remedy).toContain('npx --yes pnpm@12.21.0 <script>');
  });
});

describe('checkNode', () => {
  test('minds Node alone, so that a server starts under any pnpm', () => {
    expect(checkNode({ ...AS_PINNED, runningPnpm: '11.0.0' })).toEqual([]);
    expect(checkNode({ ...AS_PINNED, runningNode: '20.20.2' }).map(({ fault }) => fault)).toEqual(['this runs on Node 20.20.2, the pin is 26.10.0']);
  });
});

describe('readToolchain', () => {
  test('reads the pins of this repository', () => {
    const toolchain = readToolchain(ROOT, { npm_config_user_agent: 'pnpm/12.21.0 npm/? node/v26.10.0 linux x64' });
    expect(toolchain.runningPnpm).toBe('12.21.0');
    expect(toolchain.nodeVersion).toBe(toolchain.catalog['node']);
    expect(toolchain.catalog['@electric-sql/pglite']).toMatch(/^\d+\.\d+\.\d+$/);
    expect(toolchain.extensions).toEqual({ 'dependency-cruiser@18>typescript': '6.0.3' });
    expect(toolchain.cruiserTypescript).toBe('6.0.3');
    expect(Object.keys(toolchain.manifests)).toContain('packages/l4-spine/package.json');
  });

  test('reads quoted names and stops at the end of the block', () => {
    const workspace = 'packages: ["a"]\ncatalog:\n  "@a/b": 1.2.3\n  # a comment: not a version\n  c: "4.5.6"\nother:\n  d: 7.8.9\n';
    expect(catalogOf(workspace)).toEqual({ '@a/b': '1.2.3', c: '4.5.6' });
    expect(extensionsOf('packageExtensions:\n  # why: because\n  a@1: { dependencies: { b: 2.0.0 } }\ncatalog:\n  c: 1.0.0\n')).toEqual({ 'a@1>b': '2.0.0' });
  });
});
