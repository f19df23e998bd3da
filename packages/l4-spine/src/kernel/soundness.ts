import type { AnyInvariant } from './invariant.ts';
import type { AnyOperation, AnyRead, AnyWrite } from './operation.ts';
import { faultsOfFacts, label } from './plan.ts';
import { placesOfLenientObjects } from './strictness.ts';

/** What definitions are registered into. */
export interface Surroundings {
  readonly lockOrder: readonly string[];
  readonly hasOutbox: boolean;
}

/** Everything that would let a rule be bypassed, or stand without effect, in a set of definitions. Empty when it is sound. */
export function faultsOf(
  operations: readonly AnyOperation[],
  invariants: ReadonlyMap<string, AnyInvariant>,
  { lockOrder, hasOutbox }: Surroundings,
): readonly string[] {
  const writes = operations.filter((operation) => operation.kind === 'write');
  const reads = operations.filter((operation) => operation.kind === 'read');
  return [
    ...operations.flatMap(faultsOfOperation),
    ...reads.flatMap((operation) => faultsOfRead(operation, invariants)),
    ...writes.flatMap((operation) => [...faultsOfWrite(operation, invariants, hasOutbox), ...faultsOfFacts(operation, lockOrder)]),
    ...[...invariants.values()].flatMap((invariant) => faultsOfInvariant(invariant, [...writes, ...reads])),
  ];
}

function faultsOfOperation(operation: AnyOperation): readonly string[] {
  const { kind, planes, input } = operation;
  return [
    ...(kind !== 'decide' && planes.length === 0 ? [`${label(operation)} names no plane: nobody could ever use it.`] : []),
    ...placesOfLenientObjects(input).map(
      (place) => `${label(operation)} takes unknown keys in its input${place === '' ? '' : ` at ${place}`}. Use z.strictObject there, or z.record for keys of the caller's own.`,
    ),
  ];
}

function faultsOfWrite(operation: AnyWrite, registered: ReadonlyMap<string, AnyInvariant>, hasOutbox: boolean): readonly string[] {
  const faults: string[] = [];
  const { invariants, exemption, anchor } = operation;
  if (!operation.address[0].endsWith('.write')) faults.push(`${label(operation)} is a write on an address that does not end in .write.`);
  if (invariants.length === 0 && (exemption?.reason ?? '').trim() === '') {
    faults.push(`${label(operation)} is guarded by no invariant. Give it one, or an exemption with its reason.`);
  }
  if (invariants.length > 0 && exemption !== undefined) faults.push(`${label(operation)} is guarded and exempt at once. Remove the exemption.`);
  if (operation.events !== undefined && !hasOutbox) faults.push(`${label(operation)} tells events, but the storage has no outbox.`);
  for (const invariant of invariants) {
    if (registered.get(invariant.id) !== invariant) faults.push(`${label(operation)} is guarded by ${invariant.id} (${invariant.place}), which is not registered.`);
    if (!invariant.guards.includes(anchor)) faults.push(`${label(operation)} has the anchor ${anchor}, which ${invariant.id} (${invariant.place}) does not guard.`);
  }
  if (new Set(invariants.map(({ id }) => id)).size !== invariants.length) faults.push(`${label(operation)} names an invariant twice.`);
  return faults;
}

function faultsOfRead(operation: AnyRead, registered: ReadonlyMap<string, AnyInvariant>): readonly string[] {
  const { invariants = [], anchor } = operation;
  return invariants.flatMap((invariant) => [
    ...(registered.get(invariant.id) !== invariant ? [`${label(operation)} is guarded by ${invariant.id} (${invariant.place}), which is not registered.`] : []),
    ...(anchor === null || !invariant.guards.includes(anchor) ? [`${label(operation)} has ${anchor === null ? 'no anchor' : `the anchor ${anchor}`}, which ${invariant.id} (${invariant.place}) does not guard.`] : []),
    ...(invariant.needs.length > 0 || invariant.phase === 'after' ? [`${label(operation)} is a read, and ${invariant.id} (${invariant.place}) needs facts, or comes after the handler. A rule of a read is about its request alone.`] : []),
  ]);
}

function faultsOfInvariant(invariant: AnyInvariant, guardable: readonly (AnyWrite | AnyRead)[]): readonly string[] {
  const at = `${invariant.id} (${invariant.place})`;
  if (invariant.guards.length === 0) return [`${at} guards nothing.`];
  return invariant.guards.flatMap((anchor) => {
    const guarded = guardable.filter((operation) => operation.anchor === anchor);
    if (guarded.length === 0) return [`${at} guards ${anchor}, which no registered operation has as its anchor.`];
    return guarded
      .filter((operation) => operation.invariants?.some((own) => own === invariant) !== true)
      .map((operation) => `${label(operation)} has the anchor ${anchor} and leaves out ${at}, which guards it.`);
  });
}
