import type { CoverageConfig } from '@hoc/guards/coverage/coverage-config';
import { liveRegistry } from '../live-registry.ts';
import { PROOFS } from '../proofs/proof-set.ts';

/** What must be guarded, and where that is proven. */
export const coverage: CoverageConfig = {
  live: liveRegistry,
  invariants: {
    files: ['packages/l4-spine/src/**'],
    except: ['**/*.test.ts', '**/*.test-d.ts'],
    factories: ['stateInvariant', 'transitionInvariant'].map((name) => ({ module: 'packages/l4-spine/src/kernel/invariant.ts', name })),
    key: 'id',
  },
  proofs: PROOFS,
};
