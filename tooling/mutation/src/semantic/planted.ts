import { callSite } from '@hoc/l4-spine/kernel/call-site';
import type { AnyInvariant } from '@hoc/l4-spine/kernel/invariant';
import { inject } from 'vitest';
import type { Fault } from './fault.ts';

declare module 'vitest' {
  interface ProvidedContext {
    fault: Fault;
  }
}

/** As the definition of an invariant, or of a write, comes in: of any type, for the types are the program's and not ours. */
type Definition = Readonly<Record<string, unknown>> & { readonly id?: string };
type Define = (definition: Definition) => Definition;

/** In the place of the functions that define invariants: the one with the fault comes out faulty. */
export const plantedInvariant =
  (define: Define): Define =>
  (definition) => {
    const fault = inject('fault');
    // The place is where the definition stands, not here.
    const invariant = { ...define(definition), place: callSite() };
    return fault.kind !== 'NONE' && fault.id === definition.id ? { ...invariant, ...changed(invariant, fault) } : invariant;
  };

/** In the place of the functions that define writes and reads: the faulty one guards them no more, where that is the fault. */
export const plantedOperation =
  (curried: () => Define): (() => Define) =>
  () =>
  (definition) => ({ ...curried()(unguarded(definition, inject('fault'))), place: callSite() });

/** In the place of the catalogue's list of invariants. */
export const plantedCatalogue = (invariants: readonly AnyInvariant[]): readonly AnyInvariant[] => {
  const fault = inject('fault');
  return fault.kind === 'DELETED' ? invariants.filter(({ id }) => id !== fault.id) : invariants;
};

function changed(invariant: Definition, fault: Exclude<Fault, { kind: 'NONE' }>): Definition {
  // What an invariant is made of is known to its own types, which are erased here.
  const { holds, guards } = invariant as { readonly holds: (facts: unknown, request: unknown) => unknown; readonly guards: readonly string[] };
  switch (fault.kind) {
    case 'NEGATED':
      return { holds: (facts: unknown, request: unknown) => (holds(facts, request) === true ? 'the planted fault refuses' : true) };
    case 'WEAKENED':
      return { holds: () => true };
    case 'SOFTENED':
      return { severity: fault.to };
    case 'UNANCHORED':
      return { guards: guards.filter((anchor) => anchor !== fault.anchor) };
    case 'SPARING':
      return { holds: (facts: unknown, request: unknown) => isSpared(facts, request, fault) || holds(facts, request) };
    case 'DELETED':
      return {};
    default:
      return fault satisfies never;
  }
}

function isSpared(facts: unknown, request: unknown, { fact, field, value }: Extract<Fault, { kind: 'SPARING' }>): boolean {
  // The list of what might be spared names a fact that this very invariant needs, or nothing but the principal.
  const { principal } = request as { readonly principal: unknown };
  const holder = fact === null ? principal : (facts as Readonly<Record<string, unknown>>)[fact];
  return typeof holder === 'object' && holder !== null && Reflect.get(holder, field) === value;
}

/** Whoever takes a rule away in earnest also sees to it that the registry still starts. */
function unguarded(definition: Definition, fault: Fault): Definition {
  if (fault.kind !== 'DELETED' && fault.kind !== 'UNANCHORED') return definition;
  // A read names rules where it has any.
  const { anchor, invariants = [] } = definition as { readonly anchor: string; readonly invariants?: readonly AnyInvariant[] };
  const isLeftOut = ({ id }: AnyInvariant): boolean => id === fault.id && (fault.kind !== 'UNANCHORED' || fault.anchor === anchor);
  if (!invariants.some(isLeftOut)) return definition;
  const left = invariants.filter((invariant) => !isLeftOut(invariant));
  return { ...definition, invariants: left, ...(left.length === 0 ? { exemption: { reason: 'a planted fault' } } : {}) };
}
