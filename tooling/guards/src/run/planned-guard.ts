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
  /** Whether that is done in a thread of its own and asks nothing of the tree, so that it can begin while the tree is read. */
  readonly isTriedApart?: boolean;
}
