import { invariants } from '@hoc/l4-spine/catalogue';
import type { InvariantSummary, NoticedBy } from '../summary.ts';
import { faultsIn, toldOf, type Described, type Fault } from './fault.ts';
import { openCourt, type Court, type Outcome } from './trial.ts';

/** What came of planting every fault in every invariant of the catalogue. */
export type Planted = { readonly ok: true; readonly invariants: readonly InvariantSummary[] } | { readonly ok: false; readonly problems: readonly string[] };

/** Where the tests are that must notice: without I/O every fault, and on a real database the three that end a rule. */
const UNIT_TESTS = 'tooling/mutation/src/semantic/unit.vitest.config.ts';
const PROOFS = 'tooling/mutation/src/semantic/proofs.vitest.config.ts';

const FATAL = ['NEGATED', 'WEAKENED', 'DELETED'] as const;
type Fatal = (typeof FATAL)[number];

/** The proofs of one rule, or of any; on one database, for the faults are not the database's. */
const proofsOf = (ids: readonly string[]): RegExp => new RegExp(`pglite.*(?:${ids.join('|')})`);

/** Plants every fault and asks both courts. `say` is told how far it is. */
export async function plantAll(root: string, say: (line: string) => void): Promise<Planted> {
  const problems: string[] = [];
  const noticedByUnits = await inCourt(root, UNIT_TESTS, false, async (court) => {
    soundBefore(await court.tries({ kind: 'NONE' }), 'unit tests');
    return noticing(court, invariants.flatMap(faultsIn), () => undefined, say, problems);
  });
  const noticedByProofs = await inCourt(root, PROOFS, true, async (court) => {
    const { passed } = soundBefore(await court.tries({ kind: 'NONE' }, proofsOf(invariants.map(({ id }) => id))), 'runtime proofs');
    const unproven = invariants.filter(({ id }) => !passed.some((name) => name.includes(id)));
    if (unproven.length > 0) throw new Error(`no runtime proof names ${unproven.map(({ id }) => id).join(', ')}: nothing could notice a fault in it`);
    const fatal = invariants.flatMap(faultsIn).filter(({ kind }) => FATAL.some((known) => known === kind));
    return noticing(court, fatal, ({ id }) => proofsOf([id]), say, problems);
  });
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, invariants: invariants.map((invariant) => summaryOf(invariant, noticedByUnits, noticedByProofs)) };
}

type Planting = Exclude<Fault, { kind: 'NONE' }>;

/** The test that noticed each fault, by {@link keyOf}. A fault that none noticed is a problem. */
async function noticing(
  court: Court, faults: readonly Planting[], only: (fault: Planting) => RegExp | undefined, say: (line: string) => void, problems: string[],
): Promise<ReadonlyMap<string, string>> {
  const noticed = new Map<string, string>();
  for (const [index, fault] of faults.entries()) {
    const by = nameOf(fault.id, await court.tries(fault, only(fault)));
    say(`${index + 1}/${faults.length} ${fault.id} ${toldOf(fault)}: ${by === null ? 'NOBODY NOTICED' : `noticed by "${by}"`}`);
    if (by === null) problems.push(`${fault.id} ${toldOf(fault)}, and no test noticed${only(fault) === undefined ? '' : ' among the runtime proofs'}: add one that does.`);
    else noticed.set(keyOf(fault), by);
  }
  return noticed;
}

async function inCourt<Value>(root: string, config: string, isEnoughOne: boolean, work: (court: Court) => Promise<Value>): Promise<Value> {
  const court = await openCourt(root, config, isEnoughOne);
  try {
    return await work(court);
  } finally {
    await court.close();
  }
}

/** With nothing planted all must be well: else a failure would say nothing about a fault. */
function soundBefore(outcome: Outcome, what: string): Outcome {
  if (outcome.passed.length === 0) throw new Error(`no ${what} ran`);
  if (outcome.failed.length > 0) throw new Error(`${what} fail with no fault planted: ${outcome.failed.join('; ')}`);
  return outcome;
}

/** Of the tests that failed, one that speaks of the rule itself where there is one. */
const nameOf = (id: string, { failed }: Outcome): string | null => failed.find((name) => name.includes(id)) ?? failed[0] ?? null;

const keyOf = (fault: Planting): string => `${fault.id} ${toldOf(fault)}`;

function summaryOf(invariant: Described, units: ReadonlyMap<string, string>, proofs: ReadonlyMap<string, string>): InvariantSummary {
  const { id } = invariant;
  const by = (tests: ReadonlyMap<string, string>, kind: Fatal): string => tests.get(keyOf({ kind, id })) ?? '';
  const all = (tests: ReadonlyMap<string, string>): NoticedBy => ({ negated: by(tests, 'NEGATED'), weakened: by(tests, 'WEAKENED'), deleted: by(tests, 'DELETED') });
  const others = faultsIn(invariant).filter(({ kind }) => !FATAL.some((known) => known === kind));
  return { id, killedBy: all(units), provenBy: all(proofs), alsoKilled: others.map((fault) => ({ fault: toldOf(fault), by: units.get(keyOf(fault)) ?? '' })) };
}
