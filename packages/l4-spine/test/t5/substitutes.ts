import type { Definitions } from '@hoc/l4-spine/catalogue';
import type { AnyFact, Fact } from '@hoc/l4-spine/kernel/fact';
import type { AnyInvariant } from '@hoc/l4-spine/kernel/invariant';
import type { WriteCall } from '@hoc/l4-spine/kernel/operation';
import type { Outcome } from '@hoc/l4-spine/kernel/result';
import type { WriteScope } from '@hoc/l5-engines/scope';

/** Other definitions in the place of some. */
export type Substitute = (definitions: Definitions) => Definitions;

/** The same rules, but one fact is read in another way. */
export const withFact = <Name extends string, Value, Scope, Input>(
  original: Fact<Name, Value, Scope, Input>,
  resolve: Fact<Name, Value, Scope, Input>['resolve'],
): Substitute => {
  const replaced: AnyFact = { ...original, resolve };
  return withInvariants((invariant) =>
    invariant.needs.some((need) => need === (original as AnyFact))
      ? { ...invariant, needs: invariant.needs.map((need) => (need === (original as AnyFact) ? replaced : need)) }
      : invariant,
  );
};

/** The same rules, but the check of this one is another. */
export const withCheck = (id: string, holds: AnyInvariant['holds']): Substitute =>
  withInvariants((invariant) => (invariant.id === id ? { ...invariant, holds } : invariant));

type Handler = (call: WriteCall<unknown, Readonly<Record<string, unknown>>, WriteScope>) => Promise<Outcome<unknown, string>>;

/** The same operations, but the handler of this one is another. */
export const withHandler =
  (address: string, method: string, replace: (run: Handler) => Handler): Substitute =>
  (definitions) => ({
    ...definitions,
    operations: definitions.operations.map((operation) =>
      operation.kind === 'write' && operation.address[0] === address && operation.address[1] === method
        ? // The parameter of a handler is erased in AnyWrite; every write of HOC takes this scope.
          { ...operation, run: replace(operation.run as Handler) }
        : operation,
    ),
  });

export const inTurn =
  (...substitutes: readonly Substitute[]): Substitute =>
  (definitions) =>
    substitutes.reduce((changed, substitute) => substitute(changed), definitions);

/** Operations name their invariants themselves, so both lists must hold the same changed ones. */
const withInvariants =
  (change: (invariant: AnyInvariant) => AnyInvariant): Substitute =>
  ({ operations, invariants }) => {
    const changed = new Map(invariants.map((invariant) => [invariant, change(invariant)]));
    return {
      invariants: [...changed.values()],
      operations: operations.map((operation) => {
        const renewed = <Own extends AnyInvariant>(own: readonly Own[]): readonly Own[] =>
          // A change leaves an invariant's kind and needs as they are, but for the one fact that it is about.
          own.map((invariant) => (changed.get(invariant) ?? invariant) as Own);
        if (operation.kind === 'write') return { ...operation, invariants: renewed(operation.invariants) };
        return operation.kind === 'read' && operation.invariants !== undefined ? { ...operation, invariants: renewed(operation.invariants) } : operation;
      }),
    };
  };
