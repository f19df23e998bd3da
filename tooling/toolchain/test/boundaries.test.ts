import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IConfiguration } from 'dependency-cruiser';
import { expect, test } from 'vitest';
import { tryPlants } from '../src/boundaries/canary.ts';
import { readRules, rulesOf } from '../src/boundaries/cruise.ts';
import { plantTree } from '../src/boundaries/planted-tree.ts';
import { PLANTS, type Tree } from '../src/boundaries/plants.ts';
import { checkRepository } from '../src/boundaries/repository.ts';
import { ROOT } from '../src/root.ts';

const rules = readRules(ROOT);
const plantsOf = (rule: string): typeof PLANTS => PLANTS.filter((plant) => plant.rule === rule);
const onlyRule = (name: string): IConfiguration => ({ ...rules, forbidden: (rules.forbidden ?? []).filter((rule) => rule.name === name) });

async function faultsOf(tree: Tree): Promise<readonly string[]> {
  const root = mkdtempSync(join(tmpdir(), 'hoc-repository-'));
  try {
    plantTree(root, tree);
    return (await checkRepository(root, rules)).faults;
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
  expect(await tryPlants(rules, PLANTS)).toEqual([]);
});

test('a rule without a planted violation is a fault', async () => {
  const name = 'no-circular';
  expect(await tryPlants(onlyRule(name), [])).toEqual([`${name} has no planted violation: add one to plants.ts`]);
});

test('a rule that no longer matches anything is a fault', async () => {
  const name = 'l2-api-speaks-no-sql';
  const deaf: IConfiguration = { ...rules, forbidden: onlyRule(name).forbidden?.map((rule) => ({ ...rule, from: { path: '^packages/l2-http/' } })) ?? [] };
  expect(await tryPlants(deaf, plantsOf(name))).toEqual([`${name}: its planted violation is reported as nothing`]);
});

test('a rule that has grown too wide is a fault', async () => {
  const name = 'l7-models-runs-no-query';
  const [plant] = plantsOf(name);
  const wide: IConfiguration = { ...rules, forbidden: onlyRule(name).forbidden?.map((rule) => ({ ...rule, to: { path: 'node_modules/' } })) ?? [] };
  expect(await tryPlants(wide, plant === undefined ? [] : [plant])).toEqual([`${name}: its near miss is refused by ${name}`]);
});

test('a rule that only warns, or does not say what to do instead, is refused', () => {
  expect(() => rulesOf({ forbidden: [{ name: 'a', comment: 'Do b.', severity: 'warn', from: {}, to: {} }] })).toThrow('a is no error');
  expect(() => rulesOf({ forbidden: [{ name: 'a', severity: 'error', from: {}, to: {} }] })).toThrow('a has no comment');
});

test('a repository that breaks no rule and is read whole has no fault', async () => {
  expect(await faultsOf(WHOLE)).toEqual([]);
});

test('a broken rule is reported with its files and what to do instead', async () => {
  const faults = await faultsOf({ ...WHOLE, 'packages/l7-models/src/enums.ts': "import '../../../tooling/testbed/src/databases.ts';\n" });
  expect(faults.join('\n')).toContain('packages/l7-models/src/enums.ts imports tooling/testbed/src/databases.ts');
  expect(faults.join('\n')).toContain("production-imports-no-tooling: tooling/* is for tests, benches and checks.");
});

test('a package with no module is a fault: a rule that reads nothing passes everything', async () => {
  expect(await faultsOf({ ...WHOLE, 'packages/l6-drivers/package.json': '{ "name": "@hoc/l6-drivers" }' })).toEqual([
    'packages/l6-drivers has no module, so its rules hold for nothing',
  ]);
});

test('a cruise that reads no TypeScript is found to be blind', async () => {
  const blind: IConfiguration = { ...rules, options: { ...rules.options, exclude: { path: '[.]ts$' } } };
  expect(await tryPlants(blind, plantsOf('no-circular'))).toContain('no-circular: its planted violation is reported as nothing');
});
