import { REPORT_FORMAT, type Fault, type GuardReport } from './guard-report.ts';
import { ownVersion } from './own-version.ts';

/** The report of a run that did not come about: what is written must never be an earlier run's. */
export const failedReport = (config: string, at: Date, fault: Fault): GuardReport => ({
  format: REPORT_FORMAT,
  tool: { name: 'hoc-guard', version: ownVersion() },
  startedAt: at.toISOString(), endedAt: new Date().toISOString(),
  config, files: 0, guards: [], findings: [], exempted: [], faults: [fault], exitCode: 2,
});
