import type { IConfiguration } from 'dependency-cruiser';
import { tryPlants } from '../core/plant.ts';
import type { PlantTrial } from '../run/planned-guard.ts';
import type { BoundariesConfig } from './boundaries-config.ts';
import { cruiseTree, type Sight } from './cruise.ts';
import { blindSpotPlants, ruleSetPlants } from './plants.ts';

/** What is asked of the thread that has dependency-cruiser loaded. Plain data. */
export type CruiseJob =
  | { readonly ask: 'sight'; readonly root: string; readonly ruleSet: IConfiguration; readonly folders: readonly string[] }
  | { readonly ask: 'plants'; readonly ruleSet: IConfiguration; readonly plants: BoundariesConfig['plants']; readonly planted: BoundariesConfig['planted'] };

/** What it answers. Plain data. */
export interface CruiseAnswers {
  readonly sight: Sight;
  readonly plants: PlantTrial;
}

/** Does one job. */
export async function doCruiseJob(job: CruiseJob): Promise<CruiseAnswers[CruiseJob['ask']]> {
  if (job.ask === 'sight') return cruiseTree(job.root, job.ruleSet, job.folders);
  const beds = [ruleSetPlants(job, job.ruleSet), blindSpotPlants()];
  const faults: string[] = [];
  for (const bed of beds) faults.push(...(await tryPlants(bed)));
  return { tried: beds.reduce((sum, { plants }) => sum + plants.length, 0), faults };
}
