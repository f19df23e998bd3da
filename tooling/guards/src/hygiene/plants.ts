import { rememberAll } from '../core/facts-cache.ts';
import { judgeTree, type PlantBed } from '../core/plant.ts';
import { hygieneGuard } from './hygiene.guard.ts';
import { EFFECTS, ENVIRONMENT } from './plant-effects.ts';
import { BARRELS, CYCLES, DEFAULTS } from './plant-exports.ts';
import { ENTRY_POINTS, UNUSED_PERMISSIONS } from './plant-permissions.ts';
import { PLANTED_CONFIG } from './planted-config.ts';
import { RULES } from './rules.ts';

/** What each rule of hygiene must find, however it hides, and what it must leave alone. */
export function hygienePlants(): PlantBed {
  const guard = hygieneGuard(PLANTED_CONFIG);
  const cache = rememberAll();
  return {
    guard: guard.name,
    rules: RULES.map(({ id }) => id),
    plants: [...EFFECTS, ...ENVIRONMENT, ...BARRELS, ...DEFAULTS, ...CYCLES, ...ENTRY_POINTS, ...UNUSED_PERMISSIONS],
    judge: (files) => judgeTree(guard, files, cache),
  };
}
