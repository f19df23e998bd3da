import { join } from 'node:path';
import { ProofReporter } from '@hoc/guards/coverage/proof-reporter';
import { startVitest } from 'vitest/node';
import { PROOFS } from '../src/proofs/proof-set.ts';
import { ROOT } from '../src/root.ts';

// The proofs alone: what `suites` runs of them, with the report that they leave, and nothing else.
const vitest = await startVitest([], {
  root: ROOT,
  config: join(ROOT, 'vitest.config.ts'),
  watch: false,
  project: ['t5'],
  reporters: ['default', new ProofReporter(PROOFS)],
});
// Closes all, and ends this process if something does not close.
await vitest.exit();
