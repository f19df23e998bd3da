import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ProofReporter } from '@hoc/guards/coverage/proof-reporter';
import { startVitest } from 'vitest/node';
import { PROOFS } from '../src/proofs/proof-set.ts';
import { ROOT } from '../src/root.ts';
import { RESULTS, SUITES_REPORT } from '../src/run/results.mjs';
import { CompletenessReporter } from '../src/suites/completeness.reporter.ts';

// Another root is for the test of this very program.
const root = resolve(process.argv[2] ?? ROOT);
const report = join(root, RESULTS, SUITES_REPORT);
mkdirSync(join(root, RESULTS), { recursive: true });
rmSync(report, { force: true });
const vitest = await startVitest([], {
  root,
  config: join(ROOT, 'vitest.config.ts'),
  watch: false,
  reporters: ['default', 'json', new CompletenessReporter(), new ProofReporter(PROOFS)],
  outputFile: { json: report },
});
// Closes all, and ends this process if something does not close.
await vitest.exit();
