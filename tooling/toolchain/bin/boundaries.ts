import { tryPlants } from '../src/boundaries/canary.ts';
import { readRules, rulesOf } from '../src/boundaries/cruise.ts';
import { PLANTS } from '../src/boundaries/plants.ts';
import { checkRepository } from '../src/boundaries/repository.ts';
import { ROOT } from '../src/root.ts';

const rules = readRules(ROOT);
const { sight, faults: broken } = await checkRepository(ROOT, rules);
const blind = await tryPlants(rules, PLANTS);

for (const fault of [...broken, ...blind]) console.error(`✗ ${fault}`);
console.log(
  `boundaries: ${sight.modules.length} modules, ${sight.dependencies} dependencies, ${broken.length} faults; ` +
    `${rulesOf(rules).length} rules tried on ${PLANTS.length} planted violations and as many near misses, ${blind.length} faults`,
);
process.exitCode = broken.length + blind.length === 0 ? 0 : 1;
