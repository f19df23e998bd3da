import { digestOf } from '../cache/digest.ts';
import type { Results } from '../cache/result-files.ts';
import { tryPlants, type PlantBed } from '../core/plant.ts';
import type { PlantTrial } from './planned-guard.ts';
import type { Planning } from './planning.ts';

/**
 * Something that follows from the tree alone: found out once, or remembered from a run on the very same tree.
 * @param name what it is kept as
 * @param said what else it follows from
 */
export function once<Value>(name: string, { results, tool, treeDigest }: Planning, find: () => Promise<Value>, said: string = ''): () => Promise<Value> {
  let found: Promise<Value> | undefined;
  const keyOf = async (isFresh: boolean): Promise<string> => digestOf([tool, said, await treeDigest(isFresh)]);
  const look = async (): Promise<Value> => {
    const key = await keyOf(false);
    // What was kept under this key is such a value.
    const known = results.get(name, key) as Value | undefined;
    if (known !== undefined) return known;
    const value = await find();
    // Files may have been written meanwhile: it is not known which of them it was found from.
    if (key === (await keyOf(true))) results.set(name, key, value);
    return value;
  };
  return () => (found ??= look());
}

/** Tries plants in this very thread. They are loaded only when they are to be tried. */
export const trial = <Scene>(name: string, { results, tool }: Pick<Planning, 'results' | 'tool'>, load: () => Promise<PlantBed<Scene>>): (() => Promise<PlantTrial>) =>
  remembered(name, results, tool, async () => {
    const bed = await load();
    return { tried: bed.plants.length, faults: await tryPlants(bed) };
  });

/** Remembers how the plants did where they all did as they should; faults are found anew in every run. */
export function remembered(name: string, results: Results, key: string, trial: () => Promise<PlantTrial>): () => Promise<PlantTrial> {
  return async () => {
    // What was kept under this key is a trial.
    const known = results.get(`plants-${name}`, key) as PlantTrial | undefined;
    if (known !== undefined) return known;
    const tried = await trial();
    if (tried.faults.length === 0) results.set(`plants-${name}`, key, tried);
    return tried;
  };
}
