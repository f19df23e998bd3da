import type { Finding } from '../core/finding.ts';
import type { LiveInvariant, LiveOperation, LiveRegistry } from '../ownership/live-registry.ts';
import { placeOf } from '../ownership/place-of.ts';
import { nameOf } from '../ownership/registration.ts';
import { UNGUARDED_WRITE, UNREACHED_INVARIANT, UNSCANNED_STATE } from './rules.ts';

/** What is wrong with how invariants and what they guard fit together, by the live registry alone. A read may have rules, about its request alone. */
export function judgeGuarding({ operations, invariants }: Pick<LiveRegistry, 'operations' | 'invariants'>): readonly Finding[] {
  const writes = operations.filter(({ kind }) => kind === 'write');
  const guardable = operations.filter(({ kind }) => kind !== 'decide');
  return [
    ...writes.flatMap((write) => faultsOfWrite(write, invariants)),
    ...invariants.flatMap((invariant) => [...faultsOfReach(invariant, guardable), ...faultsOfScan(invariant)]),
  ];
}

function faultsOfWrite(write: LiveOperation, invariants: readonly LiveInvariant[]): readonly Finding[] {
  const { anchor, exemption } = write;
  const guarding = write.invariants.filter((id) => invariants.some((invariant) => invariant.id === id && anchor !== null && invariant.guards.includes(anchor)));
  const unknown = write.invariants.filter((id) => !invariants.some((invariant) => invariant.id === id));
  if (guarding.length > 0 || (write.invariants.length === 0 && (exemption ?? '').trim() !== '')) {
    return unknown.map((id) => findingAt(write, UNGUARDED_WRITE.id, `${nameOf(write)} names ${id}, which is not registered`));
  }
  const why = write.invariants.length === 0 ? 'names no invariant, and no exemption says why' : `names only invariants that do not guard ${anchor ?? 'it'}: ${write.invariants.join(', ')}`;
  return [findingAt(write, UNGUARDED_WRITE.id, `${nameOf(write)} ${why}`)];
}

function faultsOfReach(invariant: LiveInvariant, guardable: readonly LiveOperation[]): readonly Finding[] {
  if (invariant.guards.length === 0) return [findingAt(invariant, UNREACHED_INVARIANT.id, `${invariant.id} guards nothing`)];
  return invariant.guards.flatMap((anchor) => {
    const guarded = guardable.filter((operation) => operation.anchor === anchor);
    if (guarded.length === 0) return [findingAt(invariant, UNREACHED_INVARIANT.id, `${invariant.id} guards ${anchor}, which no registered operation has as its anchor`)];
    return guarded
      .filter(({ invariants }) => !invariants.includes(invariant.id))
      .map((operation) => findingAt(invariant, UNREACHED_INVARIANT.id, `${invariant.id} guards ${anchor}, and ${nameOf(operation)}, which has that anchor, does not name it`));
  });
}

const faultsOfScan = (invariant: LiveInvariant): readonly Finding[] =>
  invariant.kind === 'state' && !invariant.hasScan ? [findingAt(invariant, UNSCANNED_STATE.id, `${invariant.id} is about stored rows, and has no scan that could read them`)] : [];

const findingAt = ({ place }: { readonly place: string }, rule: string, message: string): Finding => ({ rule, ...placeOf(place), column: 1, message });
