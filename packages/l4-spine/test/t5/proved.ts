import type { TestContext } from 'vitest';
import type { RuleId } from './domain-rules.ts';

/** What a rule must have been seen to do on the real registry, handlers and database. CONTRIBUTING.md, "Proofs". */
export type ProofKind = 'deny' | 'pass' | 'MONITOR' | 'ENFORCE' | 'STRICT' | 'race';

export interface Proof {
  readonly invariant: RuleId;
  readonly kind: ProofKind;
}

declare module 'vitest' {
  interface TaskMeta {
    /** Read by whatever demands that every rule is proven: the guard of coverage, and a domain's evidence. */
    proofs?: readonly Proof[];
  }
}

/**
 * Writes into the test's report that it has seen this of the rule. To be called after the assertions that see it, never
 * before: of a test that fails nothing counts, but one that asserts less than it records would be believed.
 */
export function proved({ meta }: TestContext['task'], invariant: RuleId, ...kinds: readonly ProofKind[]): void {
  const known = meta.proofs ?? [];
  const isNew = (kind: ProofKind): boolean => !known.some((proof) => proof.invariant === invariant && proof.kind === kind);
  meta.proofs = [...known, ...kinds.filter(isNew).map((kind) => ({ invariant, kind }))];
}
