import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestSources } from './digest-sources.ts';
import { parseProofReport, ProofReportError, type ProofReport } from './proof-report.ts';
import type { ProofSet } from './proof-set.ts';

/** What there is to go by: the newest proof report, held against the sources as they are now. */
export type ProofStanding =
  | { readonly state: 'fresh'; readonly report: ProofReport }
  /** The sources are others by now. */
  | { readonly state: 'stale'; readonly report: ProofReport }
  | { readonly state: 'missing' }
  | { readonly state: 'unreadable'; readonly reason: string };

/** Reads the proof report of a tree. @throws where the sources cannot be found */
export async function proofStanding(root: string, proofs: ProofSet): Promise<ProofStanding> {
  const [text, digest] = [textAt(join(root, proofs.report)), await digestSources(root, proofs)];
  return text === undefined ? { state: 'missing' } : standingOf(text, digest);
}

/** Holds the text of a report against the digest of the sources. */
export function standingOf(text: string, digest: string): ProofStanding {
  try {
    const report = parseProofReport(text);
    return { state: report.sources === digest ? 'fresh' : 'stale', report };
  } catch (error) {
    if (!(error instanceof ProofReportError)) throw error;
    return { state: 'unreadable', reason: error.message };
  }
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    // What cannot be opened for any other reason than its absence is a fault of the machine.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
