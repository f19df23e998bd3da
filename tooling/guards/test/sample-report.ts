import { REPORT_FORMAT, type GuardReport } from '../src/run/guard-report.ts';

/** A report with everything that one may hold, and with characters that mean something to some format. */
export const SAMPLE: GuardReport = {
  format: REPORT_FORMAT,
  tool: { name: 'hoc-guard', version: '1.2.3' },
  startedAt: '2030-01-02T03:04:05.000Z', endedAt: '2030-01-02T03:04:06.500Z',
  config: 'guards.config.ts', files: 12,
  guards: [
    {
      name: 'order', plants: 3,
      rules: [{ id: 'order/neat-file', title: 'Files are neat.', why: 'Nobody finds anything.', instead: 'Tidy it: 100% of it.', examined: 12 }],
    },
  ],
  findings: [
    { rule: 'order/neat-file', path: 'src/a b,c:d.ts', line: 3, column: 7, message: '50% is\nuntidy', to: 'src/other.ts' },
    { rule: 'order/neat-file', path: 'src/z.ts', line: 1, column: 1, message: 'is untidy' },
    { rule: 'order/neat-file', path: 'src/z.ts', line: 9, column: 1, message: 'is untidy' },
  ],
  exempted: [{ rule: 'order/neat-file', path: 'src/old.ts', line: 2, column: 1, message: 'is untidy', reason: 'It goes soon.', expires: '2030-02-01' }],
  faults: [{ message: 'order/other had nothing to look at', remedy: 'Correct the configuration.' }],
  exitCode: 2,
};
