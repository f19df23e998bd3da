import type { ProofSet } from '@hoc/guards/coverage/proof-set';
import { RESULTS } from '../run/results.mjs';

/** The runtime proofs of the invariants: vitest's project `t5`, on the whole of what the server composes. */
export const PROOFS: ProofSet = {
  report: `${RESULTS}/proofs.json`,
  files: ['packages/l4-spine/test/**/*.test.ts'],
  sources: [
    'packages/*/src/**',
    'packages/*/package.json',
    'packages/l7-models/migrations/**',
    'packages/l4-spine/test/**',
    'apps/server/src/**',
    'tooling/testbed/src/**',
    'pnpm-lock.yaml',
    'vitest.config.ts',
  ],
  // The tests beside the code: no proof runs them.
  except: ['{packages,apps,tooling}/*/src/**/*.test.ts', '{packages,apps,tooling}/*/src/**/*.test-d.ts'],
  command: ['pnpm', 'run', 'proofs'],
};
