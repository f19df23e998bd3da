import type { Finding } from '../core/finding.ts';
import type { Rule } from '../core/guard.ts';

/** The version of {@link GuardReport}'s shape. Fields may be added under the same version; none changes its meaning or goes. */
export const REPORT_FORMAT = 'hoc.guards/1';

/** A rule, and how much it looked at in this run. */
export interface ReportedRule extends Rule {
  readonly examined: number;
}

/** A guard that ran. */
export interface ReportedGuard {
  readonly name: string;
  readonly rules: readonly ReportedRule[];
  /** How many plants it was tried on: each a violation that must be reported and a near miss that must pass. */
  readonly plants: number;
}

/** A finding that an exemption covers. */
export interface ExemptedFinding extends Finding {
  readonly reason: string;
  /** `YYYY-MM-DD`. */
  readonly expires: string;
}

/** Why the run cannot be trusted, whatever it found or did not find. */
export interface Fault {
  readonly message: string;
  readonly remedy: string;
}

/** What a run says: the shape of `--json`. Paths are from the root, with forward slashes. */
export interface GuardReport {
  readonly format: typeof REPORT_FORMAT;
  readonly tool: { readonly name: 'hoc-guard'; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** ISO 8601, UTC. */
  readonly endedAt: string;
  /** The configuration's file, from the root. */
  readonly config: string;
  /** How many files were read. */
  readonly files: number;
  readonly guards: readonly ReportedGuard[];
  /** By file, then by place. */
  readonly findings: readonly Finding[];
  readonly exempted: readonly ExemptedFinding[];
  readonly faults: readonly Fault[];
  /** 0 clean, 1 findings, 2 the run cannot be trusted. */
  readonly exitCode: 0 | 1 | 2;
}
