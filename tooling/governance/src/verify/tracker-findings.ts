import type { Domain } from '../config.ts';
import { trackerText } from '../tracker/document.ts';
import { type Newest, rowsOf } from '../tracker/rows.ts';
import type { Finding } from './finding.ts';

/** Holds the tracker, byte for byte, against what the evidence makes of it. Pure. */
export function trackerFindings(tracker: string, log: readonly string[], domains: Readonly<Record<string, Domain>>, newest: ReadonlyMap<string, Newest>): readonly Finding[] {
  const expected = trackerText(rowsOf(domains, newest), log);
  if (tracker === expected) return [];
  const [have, want] = [tracker.split('\n'), expected.split('\n')];
  const at = Array.from({ length: Math.max(have.length, want.length) }, (_, index) => index).find((index) => have[index] !== want[index]) ?? 0;
  return [{
    what: `tracker.md is not what the evidence makes of it. Line ${at + 1} is\n    ${have[at] ?? '(missing)'}\n  and the newest evidence says\n    ${want[at] ?? '(nothing)'}`,
    remedy: 'Run `mend`: it writes the rows anew from the evidence. Rows are never written by hand.',
  }];
}
