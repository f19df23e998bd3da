import type { AnyFact } from './fact.ts';
import type { AnyInvariant } from './invariant.ts';
import type { AnyWrite } from './operation.ts';

/** A write compiled at freeze: which invariants run when, on which facts, in which order. */
export interface WritePlan {
  readonly operation: AnyWrite;
  readonly before: readonly AnyInvariant[];
  readonly after: readonly AnyInvariant[];
  readonly invariantIds: readonly string[];
  /** The union of the facts that the `before` invariants need, in lock order; facts without a lock last. */
  readonly factsBefore: readonly AnyFact[];
  readonly factsAfter: readonly AnyFact[];
}

/** A fault of the definitions, found at boot. */
export class RegistryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RegistryError';
  }
}

/** Compiles a write that {@link faultsOfFacts} found no fault with. */
export function planWrite(operation: AnyWrite, lockOrder: readonly string[]): WritePlan {
  const before = operation.invariants.filter(({ phase }) => phase !== 'after');
  const after = operation.invariants.filter(({ phase }) => phase === 'after');
  return {
    operation, before, after,
    invariantIds: operation.invariants.map(({ id }) => id),
    factsBefore: inLockOrder(factsOf(before), lockOrder),
    factsAfter: inLockOrder(factsOf(after), lockOrder),
  };
}

/** What keeps the facts of a write from being read: two of one name, a lock that the lock order does not place. */
export function faultsOfFacts(operation: AnyWrite, lockOrder: readonly string[]): readonly string[] {
  const facts = factsOf(operation.invariants);
  const names = facts.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [
    ...[...twice].map((name) => `${label(operation)}: its invariants bring two different facts named ${name}. Give them the same fact.`),
    ...facts
      .filter(({ name, lock }) => lock !== 'none' && !lockOrder.includes(name))
      .map(({ name }) => `${label(operation)}: the fact ${name} takes a lock, but the lock order does not place it. Add it to the lock order.`),
  ];
}

const factsOf = (invariants: readonly AnyInvariant[]): readonly AnyFact[] => [...new Set(invariants.flatMap(({ needs }) => needs))];

function inLockOrder(facts: readonly AnyFact[], lockOrder: readonly string[]): readonly AnyFact[] {
  const rank = ({ name, lock }: AnyFact): number => (lock === 'none' ? lockOrder.length : lockOrder.indexOf(name));
  return facts.toSorted((a, b) => rank(a) - rank(b));
}

/** How an operation is called in messages. */
export const label = ({ address, place }: { readonly address: readonly [string, string]; readonly place: string }): string =>
  `${address[0]} ${address[1]} (${place})`;
