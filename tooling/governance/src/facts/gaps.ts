import type { DomainFacts, InvariantFacts, MutantFacts, MutationFacts, RegisteredFacts } from './domain-facts.ts';
import { MUTANT_KINDS } from './mutation-summary.ts';
import { PROOF_KINDS } from '@hoc/guards/coverage/proof-report';

/** Something that a closed domain has and this one has not. */
export interface Gap {
  /** What it is about: an invariant's id, or `domain`. */
  readonly about: string;
  readonly what: string;
  /** What to do. */
  readonly task: string;
}

/** Everything that stands between these facts and DONE, but the commands, which are the status's. Pure. */
export const gapsOf = (facts: DomainFacts): readonly Gap[] => [
  ...facts.undeclared.map((id) => ({ about: id, what: 'is registered, and no domain declares it', task: `Declare ${id} with its anchors in the configuration.` })),
  ...(facts.proofsFault === null ? [] : [{ about: 'domain', what: facts.proofsFault, task: 'Run the proofs of this tree.' }]),
  ...facts.skippedTests.map((name) => ({ about: 'domain', what: `the test "${name}" was skipped`, task: `Make the test "${name}" run, or remove it.` })),
  ...facts.repeatedTests.map((name) => ({ about: 'domain', what: `more than one runtime proof is called "${name}"`, task: `Give each "${name}" a name of its own: one of them could go, and nobody would see it.` })),
  ...facts.invariants.flatMap((invariant) => [...invariantGaps(invariant), ...proofGaps(invariant)]),
  ...mutationGaps(facts),
];

/** How a gap reads in a list. */
export const sentenceOf = ({ about, what }: Gap): string => (about === 'domain' ? what : `${about} ${what}`);

function invariantGaps({ id, declared, registered }: InvariantFacts): readonly Gap[] {
  const gap = (what: string, task: string): Gap => ({ about: id, what, task });
  if (registered === null) {
    return [gap('is declared, and not registered', `Define ${id} on ${declared.anchors.join(', ')}, name it in its operations, and put it into the catalogue.`)];
  }
  return [
    ...anchorGaps(id, declared.anchors, registered),
    ...registered.anchors.flatMap(({ anchor, carriedBy }) =>
      carriedBy.length > 0 ? [] : [gap(`guards ${anchor}, which no registered operation that names it carries`, `Let a registered write carry ${anchor} and name ${id}.`)],
    ),
    ...(registered.anchors.length > 0 ? [] : [gap('guards nothing', `Give ${id} its anchors.`)]),
    ...(registered.kind === declared.kind ? [] : [gap(`is a ${registered.kind} invariant, and declared as ${declared.kind}`, `Make ${id} what it is declared to be, or correct the configuration.`)]),
    ...(registered.kind !== 'state' || registered.hasScan ? [] : [gap('is a state invariant without a scan', `Give ${id} a scan.`)]),
    ...(registered.effectiveMode === 'STRICT' ? [] : [gap(`is in mode ${registered.effectiveMode ?? '(unknown)'} on a fresh installation, not STRICT`, `Make STRICT the mode of ${id} where nobody has set another.`)]),
  ];
}

function anchorGaps(id: string, declared: readonly string[], { anchors }: RegisteredFacts): readonly Gap[] {
  const guarded = anchors.map(({ anchor }) => anchor);
  return [
    ...declared.filter((anchor) => !guarded.includes(anchor)).map((anchor) => ({ about: id, what: `does not guard ${anchor}, which is declared`, task: `Let ${id} guard ${anchor}.` })),
    ...guarded.filter((anchor) => !declared.includes(anchor)).map((anchor) => ({ about: id, what: `guards ${anchor}, which is not declared`, task: `Declare ${anchor} for ${id}.` })),
  ];
}

function proofGaps({ id, provenBy }: InvariantFacts): readonly Gap[] {
  const kinds = PROOF_KINDS.filter((kind) => provenBy[kind].length === 0).join(', ');
  return kinds === '' ? [] : [{ about: id, what: `is not proven by a test for ${kinds}`, task: `Prove ${id} at run time for ${kinds}, and tag the tests.` }];
}

function mutationGaps({ mutationFault, mutation, invariants }: DomainFacts): readonly Gap[] {
  if (mutation === null) return [{ about: 'domain', what: mutationFault ?? 'there is no mutation summary', task: 'Run the mutation tests, and commit their summary.' }];
  return [
    ...mutation.stale.map((path) => ({ about: 'domain', what: `${path} has changed since the mutation tests were run`, task: 'Run the mutation tests again, and commit their summary.' })),
    ...mutation.faults.map((what) => ({ about: 'domain', what, task: 'Run the mutation tests again, and commit their summary as they write it.' })),
    ...mutation.groups.flatMap(groupGaps),
    ...mutation.unexplained.map((mutant) => ({ about: 'domain', what: `the mutant ${mutant} survives without a written reason`, task: `Kill ${mutant} by a test, or write down why it may live.` })),
    ...invariants.filter(({ registered }) => registered !== null).flatMap(mutantGaps),
  ];
}

function mutantGaps({ id, mutants: { killedBy, provenBy, unknown } }: InvariantFacts): readonly Gap[] {
  const missing = (by: MutantFacts['killedBy']): string => MUTANT_KINDS.filter((kind) => by[kind] === null).join(', ');
  const [byUnits, byProofs] = [missing(killedBy), missing(provenBy)];
  return [
    ...(byUnits === '' ? [] : [{ about: id, what: `can be broken (${byUnits}) and no test fails`, task: `Write tests that fail when ${id} is ${byUnits}.` }]),
    ...(byProofs === '' ? [] : [{ about: id, what: `can be broken (${byProofs}) and no runtime proof fails`, task: `Write runtime proofs that fail when ${id} is ${byProofs}.` }]),
    ...unknown.map((name) => ({ about: id, what: `is said to be noticed by "${name}", and no test of that name has passed`, task: 'Run the mutation tests again, and commit their summary as they write it.' })),
  ];
}

function groupGaps({ name, threshold, score, killed, timeout, survived, noCoverage }: MutationFacts['groups'][number]): readonly Gap[] {
  const detected = killed + timeout;
  const valid = detected + survived + noCoverage;
  const counted = valid === 0 ? 0 : (100 * detected) / valid;
  return [
    ...(Math.abs(counted - score) < 0.01 ? [] : [{ about: 'domain', what: `the mutation score of ${name} is given as ${score}, its mutants make ${counted.toFixed(2)}`, task: 'Run the mutation tests again.' }]),
    ...(threshold === null || counted >= threshold ? [] : [{ about: 'domain', what: `the mutation score of ${name} is ${counted.toFixed(2)} %, below ${threshold} %`, task: `Kill survivors of ${name}.` }]),
  ];
}
