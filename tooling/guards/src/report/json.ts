import type { GuardReport } from '../run/guard-report.ts';

/** A report for other programs: the shape is {@link GuardReport}, its version `format`. */
export const toJson = (report: GuardReport): string => `${JSON.stringify(report, null, 2)}\n`;
