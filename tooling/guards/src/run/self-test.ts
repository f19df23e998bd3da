import { CruiseThread } from '../boundaries/cruise-thread.ts';
import { noResults } from '../cache/result-files.ts';
import { planGuards } from './guard-plan.ts';
import { chosenOf } from './chosen-guards.ts';
import type { LoadedConfig } from './load-config.ts';

/** Tries every rule on what is planted for it, read anew. @returns the exit code */
export async function selfTest({ root, path, config }: LoadedConfig, only: readonly string[] | undefined): Promise<0 | 2> {
  const thread = new CruiseThread();
  try {
    const planned = chosenOf(await planGuards({ root, path, config, thread, results: noResults, tool: '', treeDigest: async () => '', runsProofs: false }), only);
    const trials = await Promise.all(planned.map(async ({ guard, tryPlants }) => ({ guard, ...(await tryPlants()) })));
    for (const { guard, tried, faults } of trials) {
      console.log(`${faults.length === 0 ? '✓' : '✗'} ${guard.name}: ${guard.rules.length} rules on ${tried} planted violations and as many near misses, ${faults.length} faults`);
      for (const fault of faults) console.log(`    ${fault}`);
    }
    return trials.every(({ faults }) => faults.length === 0) ? 0 : 2;
  } finally {
    await thread.close();
  }
}
