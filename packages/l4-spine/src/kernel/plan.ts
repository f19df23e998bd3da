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

/** Compiles a write. Refuses two facts of one name, and a lock that the lock order does not place. */
export function planWrite(operation: AnyWrite, lockOrder: readonly string[]): WritePlan {
  const before = operation.invariants.filter(({ phase }) => phase !== 'after');
  const after = operation.invariants.filter(({ phase }) => phase === 'after');
  return {
    operation, before, after,
    invariantIds: operation.invariants.map(({ id }) => id),
    factsBefore: factsOf(operation, before, lockOrder),
    factsAfter: factsOf(operation, after, lockOrder),
  };
}

function factsOf(operation: AnyWrite, invariants: readonly AnyInvariant[], lockOrder: readonly string[]): readonly AnyFact[] {
  const facts = new Map<string, AnyFact>();
  for (const fact of invariants.flatMap(({ needs }) => needs)) {
    const known = facts.get(fact.name);
    if (known !== undefined && known !== fact) {
      throw new RegistryError(`${label(operation)}: its invariants bring two different facts named ${fact.name}. Give both invariants the same fact.`);
    }
    if (fact.lock !== 'none' && !lockOrder.includes(fact.name)) {
      throw new RegistryError(`${label(operation)}: the fact ${fact.name} takes a lock, but the lock order does not place it. Add it to the lock order.`);
    }
    facts.set(fact.name, fact);
  }
  const rank = (fact: AnyFact): number => (fact.lock === 'none' ? lockOrder.length : lockOrder.indexOf(fact.name));
  return [...facts.values()].toSorted((a, b) => rank(a) - rank(b));
}

/** How an operation is called in messages. */
export const label = ({ address, place }: { readonly address: readonly [string, string]; readonly place: string }): string =>
  `${address[0]} ${address[1]} (${place})`;
