import type { Domain } from '../config.ts';
import { type Closing, suiteOf } from '../evidence/statement.ts';
import { decideStatus, type Status } from '../facts/status.ts';
import { evidencePath } from './log.ts';

/** One row of the tracker. */
export interface Row {
  readonly domain: string;
  readonly invariants: readonly string[];
  readonly tests: string;
  readonly status: Status;
  readonly date: string;
  /** The path of the newest evidence, from the governance folder; null: there is none. */
  readonly evidence: string | null;
}

/** The newest evidence of a domain. */
export interface Newest {
  readonly stamp: string;
  readonly closing: Closing;
}

/** The rows: what the newest evidence of each domain says, and nothing else. Where there is none, the domain is PENDING. */
export const rowsOf = (domains: Readonly<Record<string, Domain>>, newest: ReadonlyMap<string, Newest>): readonly Row[] =>
  Object.entries(domains).map(([domain, declared]) => {
    const evidence = newest.get(domain);
    if (evidence === undefined) {
      return { domain, invariants: Object.keys(declared.invariants).toSorted(), tests: NOTHING, status: decideStatus(null).status, date: NOTHING, evidence: null };
    }
    const { closing, stamp } = evidence;
    const counts = suiteOf(closing)?.counts;
    return {
      domain,
      invariants: closing.facts.invariants.map(({ id }) => id),
      tests: counts === undefined || counts === null ? NOTHING : `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
      status: decideStatus(closing.facts).status,
      date: closing.closedAt,
      evidence: evidencePath(domain, stamp),
    };
  });

const NOTHING = '–';
