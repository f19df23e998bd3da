import { CruiseThread } from '../boundaries/cruise-thread.ts';
import { noResults } from '../cache/result-files.ts';
import { planGuards } from './guard-plan.ts';
import { chosenOf } from './chosen-guards.ts';
import { ownTrials } from './own-trials.ts';
import type { LoadedConfig } from './load-config.ts';

/** Tries every rule on what is planted for it, read anew. @returns the exit code */
export async function selfTest({ root, path, config }: LoadedConfig, only: readonly string[] | undefined): Promise<0 | 2> {
  const thread = new CruiseThread();
  try {
    const planned = chosenOf(await planGuards({ root, path, config, thread, results: noResults, tool: '', treeDigest: async () => '', runsProofs: false }), only);
    const asked = [...ownTrials({ results: noResults, tool: '' }), ...planned.map(({ guard, tryPlants }) => [guard.name, tryPlants] as const)];
    const trials = await Promise.all(asked.map(async ([name, tryPlants]) => ({ name, ...(await tryPlants()) })));
    for (const { name, tried, faults } of trials) {
      console.log(`${faults.length === 0 ? '✓' : '✗'} ${name}: ${tried} planted violations and as many near misses, ${faults.length} faults`);
      for (const fault of faults) console.log(`    ${fault}`);
    }
    return trials.every(({ faults }) => faults.length === 0) ? 0 : 2;
  } finally {
    await thread.close();
  }
}
