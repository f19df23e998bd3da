import type { Finding } from '../core/finding.ts';
import type { LiveInvariant } from '../ownership/live-registry.ts';
import { placeOf } from '../ownership/place-of.ts';
import { PROOF_KINDS, provenBy, type ProofReport } from './proof-report.ts';
import type { ProofSet } from './proof-set.ts';
import type { ProofStanding } from './proof-standing.ts';
import { PROOF_REPORT, UNKNOWN_PROOF, UNPROVEN_INVARIANT } from './rules.ts';

/** What is wrong with the proofs of the invariants. Of proofs that are not of these sources nothing is said but that. */
export function judgeProofs(invariants: readonly LiveInvariant[], standing: ProofStanding, { report, command }: Pick<ProofSet, 'report' | 'command'>): readonly Finding[] {
  const told = (what: string): readonly Finding[] => [{ rule: PROOF_REPORT.id, path: report, line: 1, column: 1, message: `the proof report ${what}: run \`${command.join(' ')}\`` }];
  switch (standing.state) {
    case 'missing':
      return told('is missing');
    case 'unreadable':
      return told(`cannot be read, for ${standing.reason}`);
    case 'stale':
      return told('is of other sources');
    case 'fresh':
      return [...invariants.flatMap((invariant) => unproven(invariant, standing.report)), ...unknown(invariants, standing.report)];
  }
}

function unproven({ id, place }: LiveInvariant, report: ProofReport): readonly Finding[] {
  const proven = provenBy(report).get(id);
  const missing = PROOF_KINDS.filter((kind) => proven?.has(kind) !== true);
  if (missing.length === 0) return [];
  const what = missing.length === PROOF_KINDS.length ? 'has no runtime proof' : `has no runtime proof for ${missing.join(', ')}`;
  return [{ rule: UNPROVEN_INVARIANT.id, ...placeOf(place), column: 1, message: `${id} ${what}` }];
}

function unknown(invariants: readonly LiveInvariant[], { tests }: ProofReport): readonly Finding[] {
  const known = new Set(invariants.map(({ id }) => id));
  const strange = tests.flatMap(({ file, name, proofs }) => proofs.filter(({ invariant }) => !known.has(invariant)).map(({ invariant }) => ({ file, name, invariant })));
  return [...new Map(strange.map((proof) => [`${proof.file}\0${proof.invariant}`, proof])).values()].map(({ file, name, invariant }) => ({
    rule: UNKNOWN_PROOF.id, path: file, line: 1, column: 1, message: `"${name}" proves ${invariant}, which is not registered`,
  }));
}
