import type { PlantedPackages } from './planted-tree.ts';
import type { BoundaryPlant } from './boundary-plant.ts';

/** What the boundaries guard is told. */
export interface BoundariesConfig {
  /** The rule set of dependency-cruiser, from the root. */
  readonly rules: string;
  /** The folders that it cruises, from the root. */
  readonly folders: readonly string[];
  /** Globs of the files that it must have read: no rule holds for a file that was not. */
  readonly sources: readonly string[];
  /** Globs of the folders that are packages: a package without a module is one whose rules hold for nothing. */
  readonly packages: readonly string[];
  /** Planted violations and near misses of the rule set's own rules, at least one of each per rule. */
  readonly plants: readonly BoundaryPlant[];
  /** What surrounds a planted tree. */
  readonly planted: PlantedPackages;
  /** Rules that concern no module now, by name, each with the reason: any other rule that concerns none fails the run, for what it is about may have been renamed. */
  readonly idle?: Readonly<Record<string, string>>;
}
