import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IConfiguration } from 'dependency-cruiser';
import { cruiseTree, rulesOf } from './cruise.ts';
import { plantTree } from './planted-tree.ts';
import type { Plant, Tree } from './plants.ts';

/**
 * Shows that every rule still bites: each violation is reported under exactly its rule's name, each near miss passes, and no
 * rule is without a plant. Tools of this kind have passed for years having read nothing.
 * @returns one sentence per rule that cannot be trusted; none when all can
 */
export async function tryPlants(configuration: IConfiguration, plants: readonly Plant[]): Promise<readonly string[]> {
  const faults: string[] = [];
  const names = rulesOf(configuration).map(({ name }) => name);
  for (const name of new Set(names)) {
    if (names.filter((other) => other === name).length > 1) faults.push(`two rules are called ${name}`);
    if (!plants.some(({ rule }) => rule === name)) faults.push(`${name} has no planted violation: add one to plants.ts`);
  }
  for (const plant of plants) {
    const title = plant.disguise === undefined ? plant.rule : `${plant.rule} (${plant.disguise})`;
    const reported = await rulesBrokenBy(plant.violation, configuration);
    if (reported.join() !== plant.rule) faults.push(`${title}: its planted violation is reported as ${reported.join(', ') || 'nothing'}`);
    const missed = await rulesBrokenBy(plant.nearMiss, configuration);
    if (missed.length > 0) faults.push(`${title}: its near miss is refused by ${missed.join(', ')}`);
  }
  return faults;
}

/** The names of the rules that a tree breaks, each once. */
async function rulesBrokenBy(tree: Tree, configuration: IConfiguration): Promise<readonly string[]> {
  const root = mkdtempSync(join(tmpdir(), 'hoc-boundaries-'));
  try {
    plantTree(root, tree);
    const present = readdirSync(root).filter((name) => name !== 'node_modules');
    const { findings } = await cruiseTree(root, configuration, present);
    return [...new Set(findings.map(({ rule }) => rule))].sort();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
