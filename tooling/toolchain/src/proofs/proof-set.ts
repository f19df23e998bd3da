import type { ProofSet } from '@hoc/guards/coverage/proof-set';

/** The runtime proofs of the invariants: vitest's project `t5`, on the whole of what the server composes. */
export const PROOFS: ProofSet = {
  // Beside what else a run leaves (run/results.mjs), and emptied with it: what `test` reads is of that very run.
  report: 'node_modules/.cache/hoc/proofs.json',
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
