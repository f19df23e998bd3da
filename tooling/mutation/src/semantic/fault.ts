import type { Severity } from '@hoc/l4-spine/kernel/mode';

/**
 * A fault that one might put into an invariant, or `NONE`: the same machinery at work, and nothing changed.
 * - `NEGATED`: it holds exactly where it should not;
 * - `WEAKENED`: it always holds;
 * - `SOFTENED`: its severity is the next lower one, so that ENFORCE lets it go or operators look away;
 * - `UNANCHORED`: it no longer guards one of its anchors, and the operations of that anchor no longer name it;
 * - `DELETED`: it is in no list: not in the catalogue's, and in no operation's. An operation that has no other is exempt.
 */
export type Fault =
  | { readonly kind: 'NONE' }
  | { readonly kind: 'NEGATED' | 'WEAKENED' | 'DELETED'; readonly id: string }
  | { readonly kind: 'SOFTENED'; readonly id: string; readonly to: Severity }
  | { readonly kind: 'UNANCHORED'; readonly id: string; readonly anchor: string };

/** What must be known of an invariant to list its faults. */
export interface Described {
  readonly id: string;
  readonly severity: Severity;
  readonly guards: readonly string[];
}

const NEXT_LOWER: Readonly<Record<Severity, Severity | null>> = { CRITICAL: 'HIGH', HIGH: 'MEDIUM', MEDIUM: null };

/** Every fault of these kinds that an invariant can have. */
export function faultsIn({ id, severity, guards }: Described): readonly Exclude<Fault, { kind: 'NONE' }>[] {
  const to = NEXT_LOWER[severity];
  return [
    { kind: 'NEGATED', id },
    { kind: 'WEAKENED', id },
    { kind: 'DELETED', id },
    ...(to === null ? [] : [{ kind: 'SOFTENED', id, to } as const]),
    ...guards.map((anchor) => ({ kind: 'UNANCHORED', id, anchor }) as const),
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
    default:
      return fault satisfies never;
  }
}
