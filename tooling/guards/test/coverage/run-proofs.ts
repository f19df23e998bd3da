import { startVitest } from 'vitest/node';
import { ProofReporter } from '../../src/coverage/proof-reporter.ts';
import { PLANTED } from './planted-proofs.ts';

// A process of its own, for vitest does not run within vitest. Takes the tree, then the file to run, then a pattern of names.
const [root = '', file = '', pattern = ''] = process.argv.slice(2);
const vitest = await startVitest(file === '' ? [] : [file], {
  root, config: false, watch: false, include: ['t5/**/*.test.ts', 'src/**/*.test.ts'], reporters: [new ProofReporter(PLANTED)],
  ...(pattern === '' ? {} : { testNamePattern: pattern }),
});
await vitest.exit();
