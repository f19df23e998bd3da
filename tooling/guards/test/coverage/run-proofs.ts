import { startVitest } from 'vitest/node';
import type { ProofSet } from '../../src/coverage/proof-set.ts';
import { ProofReporter } from '../../src/coverage/proof-reporter.ts';

/** The proof set of the planted trees. */
export const PLANTED: ProofSet = { report: '.cache/proofs.json', files: ['t5/**/*.test.ts'], sources: ['src/**', 't5/**'], command: ['vitest'] };

// A process of its own, for vitest does not run within vitest: the tree, then the files to run, then a pattern of names.
if (import.meta.main) {
  const [root = '', file = '', pattern = ''] = process.argv.slice(2);
  const vitest = await startVitest(file === '' ? [] : [file], {
    root, config: false, watch: false, include: ['t5/**/*.test.ts', 'src/**/*.test.ts'], reporters: [new ProofReporter(PLANTED)],
    ...(pattern === '' ? {} : { testNamePattern: pattern }),
  });
  await vitest.exit();
}
