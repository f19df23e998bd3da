import type { LiveRegistry } from '../ownership/live-registry.ts';
import type { DefinitionsConfig } from '../ownership/ownership-config.ts';
import type { ProofSet } from './proof-set.ts';

/** What the coverage guard is told. */
export interface CoverageConfig {
  /** What the composed application has registered. */
  readonly live: () => Promise<LiveRegistry>;
  /** Where invariants are defined, and by what. */
  readonly invariants: DefinitionsConfig;
  /** Where they are proven. */
  readonly proofs: ProofSet;
}
