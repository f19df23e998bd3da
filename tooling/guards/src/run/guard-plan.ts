import { boundariesGuard } from '../boundaries/boundaries.guard.ts';
import type { BoundariesConfig } from '../boundaries/boundaries-config.ts';
import { readRuleSet } from '../boundaries/rule-set.ts';
import { configDigest } from '../cache/config-digest.ts';
import { digestOf } from '../cache/digest.ts';
import type { AnyGuard, Guard } from '../core/guard.ts';
import { transactionsGuard } from '../transactions/transactions.guard.ts';
import { hygieneGuard } from '../hygiene/hygiene.guard.ts';
import { coverageGuard } from '../coverage/coverage.guard.ts';
import { ownershipGuard } from '../ownership/ownership.guard.ts';
import type { LiveRegistry } from '../ownership/live-registry.ts';
import { askLive, type LiveQuestion } from './live-thread.ts';
import { standingProofs } from './standing-proofs.ts';
import type { Planning } from './planning.ts';
import { once, remembered, trial } from './remembering.ts';
import type { PlannedGuard } from './planned-guard.ts';

/** The guards that a configuration asks for, in the order in which they are told. Nothing costly is begun yet. */
export async function planGuards(planning: Planning): Promise<readonly PlannedGuard[]> {
  const { boundaries, ownership, transactions, hygiene, coverage } = planning.config;
  const live = liveOf(planning);
  return [
    ...(boundaries === undefined ? [] : [await planBoundaries(boundaries, planning)]),
    ...(ownership === undefined ? [] : [{
      guard: anyGuard(ownershipGuard({ ...ownership, live: live('ownership') })),
      tryPlants: trial('ownership', planning, async () => (await import('../ownership/plants.ts')).ownershipPlants()),
    }]),
    ...(transactions === undefined ? [] : [{
      guard: anyGuard(transactionsGuard(transactions, planning.path)),
      tryPlants: trial('transactions', planning, async () => (await import('../transactions/plants.ts')).transactionsPlants()),
    }]),
    ...(hygiene === undefined ? [] : [{
      guard: anyGuard(hygieneGuard(hygiene, planning.path)),
      tryPlants: trial('hygiene', planning, async () => (await import('../hygiene/plants.ts')).hygienePlants()),
    }]),
    ...(coverage === undefined ? [] : [{
      guard: anyGuard(coverageGuard({ ...coverage, live: live('coverage') }, (root) => standingProofs(root, coverage.proofs, planning.runsProofs))),
      tryPlants: trial('coverage', planning, async () => (await import('../coverage/plants.ts')).coveragePlants()),
    }]),
  ];
}

/** What the composed application has registered, asked for once where both guards ask the same function. */
function liveOf(planning: Planning): (guard: LiveQuestion['guard']) => () => Promise<LiveRegistry> {
  const { root, path, config } = planning;
  const ask = (guard: LiveQuestion['guard']): (() => Promise<LiveRegistry>) => once(`live-${guard}`, planning, () => askLive({ root, path, guard }));
  const [first, second] = [ask('ownership'), ask('coverage')];
  const isShared = config.ownership?.live === config.coverage?.live;
  return (guard) => (guard === 'ownership' || isShared ? first : second);
}

async function planBoundaries(config: BoundariesConfig, planning: Planning): Promise<PlannedGuard> {
  const { root, thread, results, tool } = planning;
  const ruleSet = await readRuleSet(root, config.rules);
  const said = configDigest([ruleSet, config]);
  return {
    guard: boundariesGuard(config, ruleSet, {
      see: once('sight', planning, () => thread.ask<'sight'>({ ask: 'sight', root, ruleSet, folders: config.folders }), said),
    }),
    isTriedApart: true,
    tryPlants: remembered('boundaries', results, digestOf([tool, said]), () => thread.ask<'plants'>({ ask: 'plants', ruleSet, plants: config.plants, planted: config.planted })),
  };
}

/** What a guard collects is only ever handed back to itself. */
const anyGuard = <Facts>(guard: Guard<Facts>): AnyGuard => guard as AnyGuard;
