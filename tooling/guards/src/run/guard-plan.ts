import type { IConfiguration } from 'dependency-cruiser';
import { boundariesGuard } from '../boundaries/boundaries.guard.ts';
import type { BoundariesConfig } from '../boundaries/boundaries-config.ts';
import type { Sight } from '../boundaries/cruise.ts';
import type { CruiseThread } from '../boundaries/cruise-thread.ts';
import { readRuleSet } from '../boundaries/rule-set.ts';
import { configDigest } from '../cache/config-digest.ts';
import { digestOf } from '../cache/digest.ts';
import type { Results } from '../cache/result-files.ts';
import { tryPlants, type PlantBed } from '../core/plant.ts';
import type { Workspace } from '../core/workspace.ts';
import type { GuardsConfig } from './config.ts';
import type { PlannedGuard, PlantTrial } from './planned-guard.ts';

/** The names of all guards, in the order in which they are told. */
export const GUARDS = ['boundaries'] as const;

export type GuardName = (typeof GUARDS)[number];

/** What planning needs. */
export interface Planning {
  readonly root: string;
  readonly config: GuardsConfig;
  readonly thread: CruiseThread;
  readonly results: Results;
  /** Stands for the guards' own sources and what they read with. */
  readonly tool: string;
  /** Stands for the tree, as it is now; `isFresh` reads every file once more. */
  treeDigest(workspace: Workspace, isFresh?: boolean): Promise<string>;
  /** Whether proofs may be run. */
  readonly runsProofs: boolean;
}

/** The guards that a configuration asks for. Nothing costly is begun yet. */
export async function planGuards(planning: Planning): Promise<readonly PlannedGuard[]> {
  const { boundaries } = planning.config;
  return boundaries === undefined ? [] : [await planBoundaries(boundaries, planning)];
}

async function planBoundaries(config: BoundariesConfig, planning: Planning): Promise<PlannedGuard> {
  const { root, thread, results, tool } = planning;
  const ruleSet = await readRuleSet(root, config.rules);
  const said = configDigest([ruleSet, config]);
  const sight = sightOf(config, ruleSet, said, planning);
  return {
    guard: boundariesGuard(config, ruleSet, { see: sight }),
    tryPlants: remembered('boundaries', results, digestOf([tool, said]), async () => ({
      tried: config.plants.length,
      faults: await thread.ask<'plants'>({ ask: 'plants', ruleSet, plants: config.plants, planted: config.planted }),
    })),
  };
}

/** A cruise, or what one saw of the very same tree. */
function sightOf(config: BoundariesConfig, ruleSet: IConfiguration, said: string, { root, thread, results, tool, treeDigest }: Planning): (workspace: Workspace) => Promise<Sight> {
  const cruise = (): Promise<Sight> => thread.ask<'sight'>({ ask: 'sight', root, ruleSet, folders: config.folders });
  return async (workspace) => {
    const key = digestOf([tool, said, await treeDigest(workspace)]);
    // What was kept under this key is a sight.
    const known = results.get('sight', key) as Sight | undefined;
    if (known !== undefined) return known;
    const seen = await cruise();
    // Whatever was written while the cruise went on: it is not known whether it saw it.
    if (key === digestOf([tool, said, await treeDigest(workspace, true)])) results.set('sight', key, seen);
    return seen;
  };
}

/** Plants of a guard that are judged in this very thread. */
export const trialOf = (bed: PlantBed<never>): (() => Promise<PlantTrial>) => async () => ({ tried: bed.plants.length, faults: await tryPlants(bed) });

/** Remembers how the plants did where they all did as they should; faults are found anew in every run. */
function remembered(name: string, results: Results, key: string, trial: () => Promise<PlantTrial>): () => Promise<PlantTrial> {
  return async () => {
    // What was kept under this key is a trial.
    const known = results.get(`plants-${name}`, key) as PlantTrial | undefined;
    if (known !== undefined) return known;
    const tried = await trial();
    if (tried.faults.length === 0) results.set(`plants-${name}`, key, tried);
    return tried;
  };
}
