import type { AnyGuard } from '../core/guard.ts';

/** How a guard did on its plants. */
export interface PlantTrial {
  readonly tried: number;
  /** One sentence per rule that cannot be trusted. */
  readonly faults: readonly string[];
}

/** A guard that the configuration asks for, and how it is shown that its rules still bite. */
export interface PlannedGuard {
  readonly guard: AnyGuard;
  /** Tries its plants, or remembers how an unchanged guard did on unchanged ones. */
  tryPlants(): Promise<PlantTrial>;
}
