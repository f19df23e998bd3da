import type { ProofSet } from '../../src/coverage/proof-set.ts';

/** The proof set of the planted trees. */
export const PLANTED: ProofSet = { report: '.cache/proofs.json', files: ['t5/**/*.test.ts'], sources: ['src/**', 't5/**'], command: ['vitest'] };
