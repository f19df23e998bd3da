import type { LiveRegistry } from '@hoc/guards/ownership/live-registry';
import { type CommandRecord, fileOf } from '../commands/command.ts';
import { nameOfProofTest } from '../commands/proof-run.ts';
import type { Domain } from '../config.ts';
import type { LiveApplication } from '../live-application.ts';
import { MUTANT_KINDS, type MutantKind, type MutationGroup, type NoticedBy } from './mutation-summary.ts';
import type { ReadMutation } from './read-mutation.ts';
import { repeated } from './repeated.ts';
import { PROOF_KINDS, type ProofKind, type ProofReport } from '@hoc/guards/coverage/proof-report';

/** What is known of one invariant: as designed, as it runs, and how it was proven. */
export interface InvariantFacts {
  readonly id: string;
  readonly declared: { readonly anchors: readonly string[]; readonly kind: string };
  /** Null: the composed application has no such invariant. */
  readonly registered: RegisteredFacts | null;
  /** Names of the tests that passed and observed it, by kind. */
  readonly provenBy: Readonly<Record<ProofKind, readonly string[]>>;
  readonly mutants: MutantFacts;
}

/** What noticed that the rule was broken, according to the mutation summary. */
export interface MutantFacts {
  /** The test without I/O that failed on each way of breaking the rule; null: none did. */
  readonly killedBy: Readonly<Record<MutantKind, string | null>>;
  /** The runtime proof that failed; null: none did. */
  readonly provenBy: Readonly<Record<MutantKind, string | null>>;
  /** Of those tests, the ones of which none has passed in this run. */
  readonly unknown: readonly string[];
}

export interface RegisteredFacts {
  readonly kind: string;
  readonly severity: string;
  readonly hasScan: boolean;
  /** Null: the application did not say. */
  readonly effectiveMode: string | null;
  /** Each anchor that it guards, with the registered operations that carry the anchor and name the invariant. */
  readonly anchors: readonly { readonly anchor: string; readonly carriedBy: readonly string[] }[];
}

export interface MutationFacts {
  /** SHA-256 (hex) of the summary. */
  readonly sha256: string;
  readonly tool: string;
  readonly stale: readonly string[];
  readonly faults: readonly string[];
  readonly groups: readonly Omit<MutationGroup, 'files' | 'tests'>[];
  /** Survivors without a written reason, as `file:line mutator`. */
  readonly unexplained: readonly string[];
}

/** All that a status is decided on. Recorded in the evidence, so that anyone can decide again. */
export interface DomainFacts {
  /** Why the domain is left out; null: it is not. */
  readonly skip: string | null;
  readonly commands: readonly CommandRecord[];
  /** Names of tests that did not run. */
  readonly skippedTests: readonly string[];
  /** Names that more than one runtime proof has: one of them could go, and nobody would see it. */
  readonly repeatedTests: readonly string[];
  /** Why the application could not be composed and asked; null: it could. */
  readonly liveFault: string | null;
  /** Why there are no proofs to read; null: there are. */
  readonly proofsFault: string | null;
  readonly mutationFault: string | null;
  readonly mutation: MutationFacts | null;
  /** Registered under an id of this domain's family, but declared by no domain. */
  readonly undeclared: readonly string[];
  readonly invariants: readonly InvariantFacts[];
}

export interface FactSources {
  readonly commands: readonly CommandRecord[];
  readonly skippedTests: readonly string[];
  /** Names of all tests that passed; null: nothing was run. */
  readonly passedTests: readonly string[] | null;
  readonly live: { readonly application: LiveApplication | null; readonly fault: string | null };
  readonly proofs: { readonly report: ProofReport | null; readonly fault: string | null };
  readonly mutation: ReadMutation;
  /** Ids that any domain declares. */
  readonly declared: ReadonlySet<string>;
}

/** The facts of a domain, out of what was run and read. Pure, and in an order that depends on nothing else. */
export function factsOf(domain: Domain, { commands, skippedTests, passedTests, live, proofs, mutation, declared }: FactSources): DomainFacts {
  const ids = Object.keys(domain.invariants).toSorted();
  const families = new Set(ids.map(familyOf));
  const registry = live.application?.registry ?? NOTHING;
  return {
    skip: domain.skip ?? null, commands, skippedTests, repeatedTests: repeated((proofs.report?.tests ?? []).map(nameOfProofTest)), liveFault: live.fault, proofsFault: proofs.fault, mutationFault: mutation.fault,
    mutation: mutationFacts(mutation),
    undeclared: registry.invariants.map(({ id }) => id).filter((id) => families.has(familyOf(id)) && !declared.has(id)).toSorted(),
    invariants: Object.entries(domain.invariants).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([id, { anchors, kind }]) => ({
      id,
      declared: { anchors: anchors.toSorted(), kind },
      registered: registeredFacts(id, registry, live.application?.effectiveModes ?? {}),
      provenBy: provenBy(id, proofs.report),
      mutants: mutantFacts(id, mutation, passedTests),
    })),
  };
}

/** `BI-TENANT-001` is of the family `BI-TENANT-`. */
export const familyOf = (id: string): string => id.replace(/\d+$/, '');

const NOTHING: LiveRegistry = { operations: [], invariants: [], routes: [] };

function registeredFacts(id: string, { invariants, operations }: LiveRegistry, modes: LiveApplication['effectiveModes']): RegisteredFacts | null {
  const invariant = invariants.find((candidate) => candidate.id === id);
  if (invariant === undefined) return null;
  const { kind, severity, hasScan, guards } = invariant;
  return {
    kind, severity, hasScan,
    effectiveMode: modes[id] ?? null,
    anchors: guards.toSorted().map((anchor) => ({
      anchor,
      carriedBy: operations.filter((operation) => operation.anchor === anchor && operation.invariants.includes(id)).map(({ address, method }) => `${address} ${method}`).toSorted(),
    })),
  };
}

const provenBy = (id: string, report: ProofReport | null): InvariantFacts['provenBy'] => {
  const passed = (report?.tests ?? []).filter(({ state }) => state === 'passed');
  const namesOf = (kind: ProofKind): readonly string[] =>
    passed.filter(({ proofs }) => proofs.some((proof) => proof.invariant === id && proof.kind === kind)).map(nameOfProofTest).toSorted();
  return record(PROOF_KINDS, namesOf);
};

/** @param passedTests names of the tests that passed, as `file > describe > test`; null: nothing was run */
export function mutantFacts(id: string, { summary }: Pick<ReadMutation, 'summary'>, passedTests: readonly string[] | null): MutantFacts {
  const found = summary?.invariants.find((invariant) => invariant.id === id);
  const all = (by: NoticedBy | undefined): MutantFacts['killedBy'] => record(MUTANT_KINDS, (kind) => by?.[kind] ?? null);
  const [killedBy, provenBy] = [all(found?.killedBy), all(found?.provenBy)];
  // The summary says `describe > test`, without the file.
  const passed = passedTests === null ? null : new Set(passedTests.map((name) => name.slice(fileOf(name).length + ' > '.length)));
  const named = [...Object.values(killedBy), ...Object.values(provenBy)].flatMap((name) => name ?? []);
  return { killedBy, provenBy, unknown: passed === null ? [] : [...new Set(named)].filter((name) => !passed.has(name)).toSorted() };
}

/** What the evidence records of a mutation summary; null: there is none. */
export function mutationFacts({ summary, sha256, stale, faults }: ReadMutation): MutationFacts | null {
  if (summary === null || sha256 === null) return null;
  return {
    sha256, stale, faults,
    tool: `${summary.tool.name} ${summary.tool.version}`,
    groups: summary.groups.map(({ files: _, tests: __, ...group }) => group),
    unexplained: summary.survivors.filter(({ reason }) => (reason ?? '').trim() === '').map(({ file, line, mutator }) => `${file}:${line} ${mutator}`),
  };
}

const record = <Key extends string, Value>(keys: readonly Key[], valueOf: (key: Key) => Value): Readonly<Record<Key, Value>> =>
  Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<Key, Value>; // each key has just been given its value
