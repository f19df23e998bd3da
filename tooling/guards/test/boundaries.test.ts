import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IConfiguration } from 'dependency-cruiser';
import { beforeAll, expect, test } from 'vitest';
import { boundariesGuard } from '../src/boundaries/boundaries.guard.ts';
import type { BoundariesConfig } from '../src/boundaries/boundaries-config.ts';
import { cruiseTree } from '../src/boundaries/cruise.ts';
import { plantTree } from '../src/boundaries/planted-tree.ts';
import { blindSpotPlants, ruleSetPlants } from '../src/boundaries/plants.ts';
import { readRuleSet, rulesOf } from '../src/boundaries/rule-set.ts';
import { noCache } from '../src/core/facts-cache.ts';
import type { Judgement } from '../src/core/guard.ts';
import { tryPlants, type Tree } from '../src/core/plant.ts';
import { readWorkspace } from '../src/core/read-workspace.ts';
import { diskTree } from '../src/core/source-tree.ts';
import { loadConfig } from '../src/run/load-config.ts';
import { ROOT } from './root.ts';

let config: BoundariesConfig;
let ruleSet: IConfiguration;
beforeAll(async () => {
  const loaded = await loadConfig(ROOT);
  if (loaded.config.boundaries === undefined) throw new Error('this repository has no boundaries');
  config = loaded.config.boundaries;
  ruleSet = await readRuleSet(ROOT, config.rules);
});

const plantsOf = (rule: string): BoundariesConfig['plants'] => config.plants.filter((plant) => plant.rule === rule);
const onlyRule = (name: string): IConfiguration => ({ ...ruleSet, forbidden: (ruleSet.forbidden ?? []).filter((rule) => rule.name === name) });
const faultsWith = (set: IConfiguration, plants: BoundariesConfig['plants']): Promise<readonly string[]> => tryPlants(ruleSetPlants({ plants, planted: config.planted }, set));

async function judge(tree: Tree, set: IConfiguration = ruleSet, changed: Partial<BoundariesConfig> = {}): Promise<Judgement> {
  const root = mkdtempSync(join(tmpdir(), 'hoc-repository-'));
  try {
    plantTree(root, tree, config.planted);
    const guard = boundariesGuard({ ...config, ...changed }, set, { see: () => cruiseTree(root, set, config.folders) });
    const { workspace } = readWorkspace(await diskTree(root, { include: ['*/*/src/**/*.ts'] }), [], noCache);
    return await guard.judge({ workspace, facts: () => undefined as never });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const WHOLE: Tree = {
  'packages/l7-models/src/enums.ts': 'export const MODES: readonly string[] = [];\n',
  'apps/server/src/main.ts': "import '@hoc/l7-models/enums';\n",
  'tooling/testbed/src/databases.ts': 'export const URL: string = "";\n',
};

test('every rule fires on its planted violation and on nothing that only looks like it', async () => {
  expect(await faultsWith(ruleSet, config.plants)).toEqual([]);
  expect(await tryPlants(blindSpotPlants())).toEqual([]);
});

test('a rule without a planted violation is a fault', async () => {
  expect(await faultsWith(onlyRule('no-circular'), [])).toEqual(['boundaries/no-circular has no planted violation']);
});

test('a rule that no longer matches anything is a fault', async () => {
  const name = 'l2-api-speaks-no-sql';
  const deaf: IConfiguration = { ...ruleSet, forbidden: onlyRule(name).forbidden?.map((rule) => ({ ...rule, from: { path: '^packages/l2-http/' } })) ?? [] };
  expect(await faultsWith(deaf, plantsOf(name))).toEqual(['as it is', "by Node's own database"].map((disguise) => `boundaries/${name}, ${disguise}: the planted violation is reported as nothing`));
});

test('a rule that has grown too wide is a fault', async () => {
  const name = 'l7-models-runs-no-query';
  const [plant] = plantsOf(name);
  const wide: IConfiguration = { ...ruleSet, forbidden: onlyRule(name).forbidden?.map((rule) => ({ ...rule, to: { path: 'node_modules/' } })) ?? [] };
  expect((await faultsWith(wide, plant === undefined ? [] : [plant])).join()).toMatch(`boundaries/${name}, as it is: the near miss is refused by boundaries/${name}`);
});

test('a rule that only warns, has no name or comment, or is there twice is refused', () => {
  expect(() => rulesOf({ forbidden: [{ name: 'a', comment: 'Do b.', severity: 'warn', from: {}, to: {} }] })).toThrow('a is no error');
  expect(() => rulesOf({ forbidden: [{ name: 'a', severity: 'error', from: {}, to: {} }] })).toThrow('a has no comment');
  expect(() => rulesOf({ forbidden: [{ comment: 'Do b.', severity: 'error', from: {}, to: {} }] })).toThrow('has no name');
  const twice = { name: 'a', comment: 'Do b.', severity: 'error', from: {}, to: {} } as const;
  expect(() => rulesOf({ forbidden: [twice, twice] })).toThrow('two rules are called boundaries/a');
});

test('rules that cannot be tried on plants are refused: `allowed` and `required` would pass unseen', () => {
  expect(() => rulesOf({ allowed: [{ from: {}, to: {} }] })).toThrow('allowed rules');
});

test('a repository that breaks no rule and is read whole has no finding', async () => {
  expect((await judge(WHOLE)).findings).toEqual([]);
});

test('a broken rule is reported at the line of the import, which dependency-cruiser does not know', async () => {
  const { findings } = await judge({ ...WHOLE, 'packages/l7-models/src/enums.ts': "\nexport const A: number = 1;\n  import '../../../tooling/testbed/src/databases.ts';\n" });
  expect(findings).toContainEqual({
    rule: 'boundaries/production-imports-no-tooling', path: 'packages/l7-models/src/enums.ts', line: 3, column: 3,
    message: 'imports tooling/testbed/src/databases.ts', to: 'tooling/testbed/src/databases.ts',
  });
});

test('an import of a package from a registry is found by its line too', async () => {
  const { findings } = await judge({ ...WHOLE, 'packages/l7-models/src/enums.ts': "export const A: number = 1;\nimport 'pg';\n" });
  expect(findings).toMatchObject([{ rule: 'boundaries/l7-models-runs-no-query', line: 2, column: 1, message: 'imports pg/index.js' }]);
});

test('a package with no module is a finding: a rule that reads nothing passes everything', async () => {
  const { findings } = await judge({ ...WHOLE, 'packages/l6-drivers/package.json': '{ "name": "@hoc/l6-drivers" }' });
  expect(findings).toMatchObject([{ rule: 'boundaries/empty-package', message: 'packages/l6-drivers has no module, so its rules hold for nothing' }]);
});

test('a source that the cruise does not read is a finding', async () => {
  const { findings } = await judge(WHOLE, { ...ruleSet, options: { ...ruleSet.options, exclude: { path: 'enums' } } });
  expect(findings).toMatchObject([
    { rule: 'boundaries/not-read', path: 'packages/l7-models/src/enums.ts' },
    { rule: 'boundaries/empty-package', path: 'packages/l7-models/package.json' },
    // Whoever imports it asks for what no rule sees.
    { rule: 'boundaries/not-read', path: 'apps/server/src/main.ts', message: "asks for '@hoc/l7-models/enums' in a way that the rule set does not see" },
  ]);
});

test('a cruise that reads no TypeScript at all is found to be blind, by its plants and on the tree', async () => {
  const blind: IConfiguration = { ...ruleSet, options: { ...ruleSet.options, exclude: { path: '[.]ts$' } } };
  expect(await faultsWith(blind, plantsOf('no-circular'))).toContain('boundaries/no-circular, as it is: the planted violation is reported as nothing');
  expect((await judge(WHOLE, blind)).findings.map(({ rule }) => rule)).toContain('boundaries/not-read');
});

test('a rule about what is not there has examined nothing, unless the configuration says why', async () => {
  const { examined } = await judge(WHOLE, ruleSet, { idle: { 'sdk-imports-nothing-of-ours': 'not built yet' } });
  expect(examined).toMatchObject({ 'boundaries/l7-models-runs-no-query': 1, 'boundaries/l5-engines-builds-no-query': 0, 'boundaries/sdk-imports-nothing-of-ours': 3 });
});

test('an excuse for a rule that concerns something, or that does not exist, is refused', async () => {
  const { findings } = await judge(WHOLE, ruleSet, { idle: { 'l7-models-runs-no-query': 'not built yet' } });
  expect(findings).toMatchObject([{ rule: 'boundaries/not-idle', path: '.dependency-cruiser.cjs', message: 'l7-models-runs-no-query is said to concern nothing, and concerns 1 modules' }]);
  await expect(judge(WHOLE, ruleSet, { idle: { 'l8-models': 'not built yet' } })).rejects.toThrow('does not have');
});
