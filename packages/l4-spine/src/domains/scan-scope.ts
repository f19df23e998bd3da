import type { ReadScope } from '@hoc/l5-engines/scope';
import type { ScanFinding } from '../kernel/invariant.ts';

/** What the scan of a state invariant gets: the scans, and the one tenant whose rows it looks at. */
export interface ScanScope {
  readonly tenantId: string;
  readonly scans: ReadScope['scans'];
}

/** The rows that a scan found, each with a sentence that says how it breaks the rule. */
export const findings = <Row extends { readonly subject: string }>(
  tenantId: string,
  rows: readonly Row[],
  message: (row: Row) => string,
): readonly ScanFinding[] => rows.map((row) => ({ tenantId, subject: row.subject, message: message(row) }));
