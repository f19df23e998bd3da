import { z } from 'zod';
import { NO_TESTS, type ReportReader } from './command.ts';

const place = z.object({ rule: z.string() });
const guardReport = z.object({
  format: z.literal('hoc.guards/1'),
  guards: z.array(z.object({ rules: z.array(z.object({ id: z.string() })) })),
  findings: z.array(place),
  exempted: z.array(place),
  faults: z.array(z.object({ message: z.string() })),
});

/**
 * Reads what `hoc-guard --json` writes. Passed: rules that hold everywhere; failed: findings, and faults for which a run cannot be
 * trusted; skipped: findings that a written exemption covers.
 */
export const guardRun = (path: string): ReportReader => ({
  path,
  read(text) {
    const { guards, findings, exempted, faults } = guardReport.parse(JSON.parse(text));
    const broken = new Set([...findings, ...exempted].map(({ rule }) => rule));
    const held = guards.flatMap(({ rules }) => rules).filter(({ id }) => !broken.has(id));
    return { counts: { passed: held.length, failed: findings.length + faults.length, skipped: exempted.length }, tests: NO_TESTS };
  },
});
