import { PROOF_KINDS, type ProofKind } from '../proof-report.ts';
import { PROOF_REPORT, UNKNOWN_PROOF, UNPROVEN_INVARIANT } from '../rules.ts';
import { PROVEN, proving, reportOf, type CoveragePlant } from './scene.ts';

const FIRST = PROVEN.slice(0, 1);
const without = (kind: ProofKind): ProofKind[] => PROOF_KINDS.filter((other) => other !== kind);

/** Invariants that are not proven, and reports that prove nothing. */
export const provingPlants: readonly CoveragePlant[] = [
  ...PROOF_KINDS.map((kind): CoveragePlant => ({
    rule: UNPROVEN_INVARIANT.id,
    disguise: `all but ${kind}`,
    violation: { report: reportOf([...FIRST, proving('BI-KEY-002', without(kind))]) },
    nearMiss: { report: reportOf([...FIRST, proving('BI-KEY-002', without(kind)), proving('BI-KEY-002', [kind], { file: 'packages/spine/test/t5/more.test.ts' })]) },
  })),
  {
    rule: UNPROVEN_INVARIANT.id,
    disguise: 'by nothing, in a file that bears its name',
    violation: { report: reportOf([...FIRST, proving('BI-KEY-002', [], { file: 'packages/spine/test/t5/BI-KEY-002.test.ts' })]) },
    nearMiss: { report: reportOf([proving('BI-KEY-001', undefined, { file: 'packages/spine/test/t5/x.test.ts' }), proving('BI-KEY-002', undefined, { file: 'packages/spine/test/t5/x.test.ts' })]) },
  },
  {
    rule: UNPROVEN_INVARIANT.id,
    disguise: 'by a test that failed',
    violation: { report: reportOf([...FIRST, proving('BI-KEY-002', undefined, { state: 'failed' })]) },
    nearMiss: { report: reportOf([...PROVEN, proving('BI-KEY-002', undefined, { state: 'failed' })]) },
  },
  {
    rule: UNPROVEN_INVARIANT.id,
    disguise: 'by a test that was skipped',
    violation: { report: reportOf([...FIRST, proving('BI-KEY-002', undefined, { state: 'skipped' })]) },
    nearMiss: { report: reportOf([...PROVEN, proving('BI-KEY-002', [], { state: 'skipped' })]) },
  },
  { rule: PROOF_REPORT.id, disguise: 'there is none', violation: { report: null }, nearMiss: {} },
  { rule: PROOF_REPORT.id, disguise: 'it is cut off', violation: { report: reportOf(PROVEN).slice(0, -1) }, nearMiss: { report: `${reportOf(PROVEN)}\n` } },
  { rule: PROOF_REPORT.id, disguise: 'it is of another format', violation: { report: reportOf(PROVEN).replace('hoc.proofs/1', 'hoc.proofs/9') }, nearMiss: {} },
  {
    rule: PROOF_REPORT.id,
    disguise: 'a kind is spelt in another way',
    violation: { report: reportOf(PROVEN).replace('"STRICT"', '"strict"') },
    nearMiss: { report: reportOf([...PROVEN, ...PROVEN]) },
  },
  { rule: PROOF_REPORT.id, disguise: 'it is of other sources', violation: { digest: 'd2' }, nearMiss: { report: reportOf(PROVEN, { sources: 'd2' }), digest: 'd2' } },
  {
    rule: UNKNOWN_PROOF.id,
    disguise: 'an id that nothing has',
    violation: { report: reportOf([...PROVEN, proving('BI-KEY-009', ['deny'])]) },
    nearMiss: { report: reportOf([...PROVEN, proving('BI-KEY-002', ['deny'])]) },
  },
  {
    rule: UNKNOWN_PROOF.id,
    disguise: 'an id in other letters, by a test that failed',
    violation: { report: reportOf([...PROVEN, proving('bi-key-001', ['deny'], { state: 'failed' })]) },
    nearMiss: { report: reportOf([...PROVEN, proving('BI-KEY-001', ['deny'], { state: 'failed' })]) },
  },
];
