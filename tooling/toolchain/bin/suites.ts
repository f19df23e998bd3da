import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startVitest } from 'vitest/node';
import { ROOT } from '../src/root.ts';
import { RESULTS, SUITES_REPORT } from '../src/run/results.mjs';
import { CompletenessReporter } from '../src/suites/completeness.reporter.ts';

const report = join(ROOT, RESULTS, SUITES_REPORT);
mkdirSync(join(ROOT, RESULTS), { recursive: true });
rmSync(report, { force: true });
const vitest = await startVitest([], {
  root: ROOT,
  watch: false,
  reporters: ['default', 'json', new CompletenessReporter()],
  outputFile: { json: report },
});
await vitest.exit();
