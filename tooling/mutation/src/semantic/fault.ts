import type { Severity } from '@hoc/l4-spine/kernel/mode';

/**
 * A fault that one might put into an invariant, or `NONE`: the same machinery at work, and nothing changed.
 * - `NEGATED`: it holds exactly where it should not;
 * - `WEAKENED`: it always holds;
 * - `SOFTENED`: its severity is the next lower one, so that ENFORCE lets it go or operators look away;
 * - `UNANCHORED`: it no longer guards one of its anchors, and the operations of that anchor no longer name it;
 * - `SPARING`: it always holds where a field of one of its facts, or (null) of who asks, has a certain value, and is itself everywhere else;
 * - `DELETED`: it is in no list: not in the catalogue's, and in no operation's. An operation that has no other is exempt.
 */
export type Fault =
  | { readonly kind: 'NONE' }
  | { readonly kind: 'NEGATED' | 'WEAKENED' | 'DELETED'; readonly id: string }
  | { readonly kind: 'SOFTENED'; readonly id: string; readonly to: Severity }
  | { readonly kind: 'UNANCHORED'; readonly id: string; readonly anchor: string }
  | { readonly kind: 'SPARING'; readonly id: string; readonly fact: string | null; readonly field: string; readonly value: string };

/** What must be known of an invariant to list its faults. */
export interface Described {
  readonly id: string;
  readonly severity: Severity;
  readonly guards: readonly string[];
  /** The facts that it is judged on. */
  readonly needs: readonly { readonly name: string }[];
}

const NEXT_LOWER: Readonly<Record<Severity, Severity | null>> = { CRITICAL: 'HIGH', HIGH: 'MEDIUM', MEDIUM: null };

/** What a rule might spare: it should make no difference to any. A rule is tried with those whose fact it needs. */
const SPARED: readonly { readonly fact: string | null; readonly field: string; readonly values: readonly string[] }[] = [
  { fact: null, field: 'plane', values: ['cus', 'fdr'] },
  { fact: 'tenant', field: 'plan', values: ['FREE', 'PRO', 'ENTERPRISE'] },
  { fact: 'liveKeyCount', field: 'kind', values: ['SERVICE', 'MANAGEMENT'] },
];

/** Every fault of these kinds that an invariant can have. */
export function faultsIn({ id, severity, guards, needs }: Described): readonly Exclude<Fault, { kind: 'NONE' }>[] {
  const to = NEXT_LOWER[severity];
  return [
    { kind: 'NEGATED', id },
    { kind: 'WEAKENED', id },
    { kind: 'DELETED', id },
    ...(to === null ? [] : [{ kind: 'SOFTENED', id, to } as const]),
    ...guards.map((anchor) => ({ kind: 'UNANCHORED', id, anchor }) as const),
    ...SPARED.filter(({ fact }) => fact === null || needs.some(({ name }) => name === fact))
      .flatMap(({ fact, field, values }) => values.map((value) => ({ kind: 'SPARING', id, fact, field, value }) as const)),
  ];
}

/** A fault in words. */
export function toldOf(fault: Fault): string {
  switch (fault.kind) {
    case 'NONE':
      return 'nothing changed';
    case 'NEGATED':
      return 'holds exactly where it should not';
    case 'WEAKENED':
      return 'always holds';
    case 'DELETED':
      return 'is deleted, and from every operation that names it';
    case 'SOFTENED':
      return `is ${fault.to} only`;
    case 'UNANCHORED':
      return `does not guard ${fault.anchor} any more`;
    case 'SPARING':
      return `always holds where ${fault.fact ?? 'principal'}.${fault.field} is ${fault.value}`;
    default:
      return fault satisfies never;
  }
}
