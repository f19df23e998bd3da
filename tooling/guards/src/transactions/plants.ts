import { rememberAll } from '../core/facts-cache.ts';
import { judgeTree, type PlantBed } from '../core/plant.ts';
import { CONTROL_CALLS, CONTROL_IMPORTS } from './plant-control.ts';
import { FOREIGN_IO, OPAQUE_WRITES } from './plant-io.ts';
import { UNUSED_PERMISSIONS } from './plant-permissions.ts';
import { RAW_SQL } from './plant-texts.ts';
import { TYPES } from './plant-types.ts';
import { PLANTED_CONFIG } from './planted-config.ts';
import { RULES } from './rules.ts';
import { transactionsGuard } from './transactions.guard.ts';

/** What each rule about transactions must find, however it hides, and what it must leave alone. */
export function transactionsPlants(): PlantBed {
  const guard = transactionsGuard(PLANTED_CONFIG);
  const cache = rememberAll();
  return {
    guard: guard.name,
    rules: RULES.map(({ id }) => id),
    plants: [...CONTROL_CALLS, ...CONTROL_IMPORTS, ...RAW_SQL, ...TYPES, ...FOREIGN_IO, ...OPAQUE_WRITES, ...UNUSED_PERMISSIONS],
    judge: (files) => judgeTree(guard, files, cache),
  };
}
