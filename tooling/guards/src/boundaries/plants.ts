import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IConfiguration } from 'dependency-cruiser';
import { noCache } from '../core/facts-cache.ts';
import type { Finding } from '../core/finding.ts';
import type { Plant, PlantBed, Tree } from '../core/plant.ts';
import { diskTree } from '../core/source-tree.ts';
import { readWorkspace } from '../core/read-workspace.ts';
import { BLIND_SPOTS } from './blind-spots.ts';
import { boundariesGuard } from './boundaries.guard.ts';
import type { BoundariesConfig } from './boundaries-config.ts';
import { rulesConcerning } from './concerned.ts';
import { cruiseTree } from './cruise.ts';
import { plantTree } from './planted-tree.ts';
import { rulesOf } from './rule-set.ts';

/** The plants of a rule set, each a small workspace on the disk: the real resolution and the real cruise are under test. */
export function ruleSetPlants({ plants, planted }: Pick<BoundariesConfig, 'plants' | 'planted'>, ruleSet: IConfiguration): PlantBed {
  return {
    guard: 'boundaries',
    rules: rulesOf(ruleSet).map(({ id }) => id),
    plants: plants.map(({ rule, disguise, violation, nearMiss }) => ({ rule: `boundaries/${rule}`, disguise: disguise ?? 'as it is', violation, nearMiss })),
    judge: (tree) => onDisk((root) => plantTree(root, tree, planted), async (root) => {
      const { crossings } = await cruiseTree(root, rulesConcerning(ruleSet, Object.keys(tree)), foldersOf(root));
      return crossings.map(({ rule, from, to }): Finding => ({ rule: `boundaries/${rule}`, path: from, line: 1, column: 1, message: `imports ${to}` }));
    }),
  };
}

const LEAF = 'export const leaf: number = 1;\n';
const BY_NAME = "import '@plant/leaf/leaf';\n";
const MANIFEST = '{ "name": "@plant/leaf", "type": "module", "exports": { "./*": "./src/*.ts" } }';

/** The plants of what this guard adds to a rule set: that all is read, and under its own name. */
export function blindSpotPlants(): PlantBed {
  const config: BoundariesConfig = {
    rules: 'none', folders: ['packages'], sources: ['packages/*/src/**/*.{ts,js}'], packages: ['packages/*'], plants: [],
    planted: { scope: '@plant', standIns: {} }, idle: { 'shelf-imports-no-root': 'there is no shelf yet' },
  };
  const forbidden = { name: 'shelf-imports-no-root', comment: 'Put it on the shelf.', severity: 'error', from: { path: '^packages/shelf/' }, to: { path: '^packages/root/' } } as const;
  const ruleSet: IConfiguration = { forbidden: [forbidden], options: { doNotFollow: { path: 'node_modules' }, exclude: { path: '/left-out/' }, tsPreCompilationDeps: true } };
  const whole: Tree = { 'packages/root/src/root.ts': BY_NAME, 'packages/leaf/src/leaf.ts': LEAF, 'packages/leaf/package.json': MANIFEST };
  const unseen = (disguise: string, violation: string): Plant => ({
    rule: 'boundaries/not-read', disguise, violation: { ...whole, 'packages/root/src/unseen.ts': violation },
    nearMiss: { ...whole, 'packages/root/src/unseen.ts': "import { DatabaseSync } from 'node:sqlite';\nimport fs = require('fs');\nexport const leaf = async (): Promise<unknown> => [DatabaseSync, fs, await import('@plant/leaf/leaf'), require('@plant/leaf/leaf')];\nexport type Leaf = import('@plant/leaf/leaf').Leaf;\n" },
  });
  return {
    guard: 'boundaries',
    rules: BLIND_SPOTS.map(({ id }) => id),
    plants: [
      { rule: 'boundaries/not-read', disguise: 'left out by the options', violation: { ...whole, 'packages/leaf/src/left-out/more.ts': LEAF }, nearMiss: { ...whole, 'packages/leaf/src/more.ts': LEAF } },
      unseen('by a require of its own', "import { createRequire } from 'node:module';\nexport const leaf: unknown = createRequire(import.meta.url)('@plant/leaf/leaf');\n"),
      unseen('in a thread', "import { Worker } from 'node:worker_threads';\nexport const start = (): Worker => new Worker(new URL('../../leaf/src/leaf.ts', import.meta.url));\n"),
      unseen('by where it is', "export const place: string = import.meta.resolve('@plant/leaf/leaf');\n"),
      unseen("without an import, as Node's own may be", "export const sql: unknown = process.getBuiltinModule('node:sqlite');\n"),
      { rule: 'boundaries/empty-package', disguise: 'with a manifest alone', violation: { ...whole, 'packages/empty/package.json': '{ "name": "@plant/empty" }' }, nearMiss: { ...whole, 'packages/small/src/small.ts': LEAF } },
      { rule: 'boundaries/not-idle', disguise: 'what it waits for has come', violation: { ...whole, 'packages/shelf/src/shelf.ts': LEAF }, nearMiss: { ...whole, 'packages/shelves/src/shelf.ts': LEAF } },
      {
        rule: 'boundaries/misnamed-package', disguise: 'renamed under a link left behind',
        violation: { ...whole, 'packages/leaf/package.json': MANIFEST.replace('@plant/leaf', '@plant/renamed') },
        nearMiss: { ...whole, 'packages/root/src/root.ts': "import '@plant/leaf/leaf.js';\nimport '../../leaf/src/leaf.ts';\n", 'packages/leaf/package.json': MANIFEST.replace('"./*"', '"./*.js"') },
      },
    ],
    judge: (tree) => onDisk((root) => plantTree(root, tree, config.planted), async (root) => {
      const guard = boundariesGuard(config, ruleSet, { see: () => cruiseTree(root, ruleSet, config.folders) });
      const { workspace } = readWorkspace(await diskTree(root, { include: ['packages/*/src/**/*.ts'] }), [], noCache);
      return (await guard.judge({ workspace, facts: () => undefined as never })).findings;
    }),
  };
}

async function onDisk(plant: (root: string) => void, judge: (root: string) => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  const root = mkdtempSync(join(tmpdir(), 'hoc-planted-'));
  try {
    plant(root);
    return await judge(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const foldersOf = (root: string): readonly string[] => readdirSync(root).filter((name) => name !== 'node_modules' && statSync(join(root, name)).isDirectory());
