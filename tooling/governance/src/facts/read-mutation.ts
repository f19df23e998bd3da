import { digestsOf, sha256 } from '../files/digests.ts';
import type { SourceFiles } from '../files/source-files.ts';
import { wordsOf } from '../refusal.ts';
import { mutationFaults } from './mutation-faults.ts';
import type { MutationPolicy } from './mutation-policy.ts';
import { type MutationSummary, mutationSummarySchema } from './mutation-summary.ts';

export interface ReadMutation {
  readonly summary: MutationSummary | null;
  /** SHA-256 (hex) of the summary; null where there is none. */
  readonly sha256: string | null;
  /** Files that are gone or have another text than when they were mutated, or than the tests had that noticed. */
  readonly stale: readonly string[];
  /** What it lacks, and what does not add up. */
  readonly faults: readonly string[];
  /** Why there is no summary. */
  readonly fault: string | null;
}

/** Reads the summary and holds it against the policy, and its digests against the files beside it: of the tree, or of a commit. */
export function readMutation(files: SourceFiles, policy: MutationPolicy & { readonly summary: string }): ReadMutation {
  const none = (why: string): ReadMutation => ({ summary: null, sha256: null, stale: [], faults: [], fault: `there is no mutation summary that can be read: ${policy.summary} ${why}` });
  const [bytes] = files.read([policy.summary]);
  if (bytes === null || bytes === undefined) return none('is missing');
  let summary: MutationSummary;
  try {
    summary = mutationSummarySchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    return none(`is no such summary (${wordsOf(error)})`);
  }
  const measured = [...summary.groups.flatMap((group) => [group.files, group.tests]), summary.planted?.files ?? {}].flatMap((digests) => Object.entries(digests));
  const present = digestsOf(files, [...new Set(measured.map(([path]) => path))]);
  const stale = measured.filter(([path, digest]) => present.get(path) !== digest).map(([path]) => path);
  return { summary, sha256: sha256(bytes), stale: [...new Set(stale)].toSorted(), faults: mutationFaults(summary, policy, files), fault: null };
}
