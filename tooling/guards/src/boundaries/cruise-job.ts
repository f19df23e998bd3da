import type { IConfiguration } from 'dependency-cruiser';
import { tryPlants } from '../core/plant.ts';
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
  /** Sentences about rules that cannot be trusted. */
  readonly plants: readonly string[];
}

/** Does one job. */
export async function doCruiseJob(job: CruiseJob): Promise<CruiseAnswers[CruiseJob['ask']]> {
  if (job.ask === 'sight') return cruiseTree(job.root, job.ruleSet, job.folders);
  return [...(await tryPlants(ruleSetPlants(job, job.ruleSet))), ...(await tryPlants(blindSpotPlants()))];
}
