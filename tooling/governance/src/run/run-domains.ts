import { hash } from 'node:crypto';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import type { Command, CommandRecord, TestNames } from '../commands/command.ts';
import { type CommandRun, runCommand } from '../commands/run-command.ts';
import type { Domain, GovernanceConfig } from '../config.ts';
import { type DomainFacts, factsOf, type FactSources } from '../facts/domain-facts.ts';
import { readMutation } from '../facts/read-mutation.ts';
import { diskFiles } from '../files/disk-files.ts';
import { readProofs } from '../facts/read-proofs.ts';
import type { LiveApplication } from '../live-application.ts';
import { wordsOf } from '../refusal.ts';
import { keyVariableOf, type Surroundings } from '../surroundings.ts';

/** What running a domain's commands, and asking the application, found. */
export interface DomainRun {
  readonly facts: DomainFacts;
  readonly tests: TestNames;
  readonly registrySha256: string | null;
}

/**
 * Runs the commands of some domains, each once, in order: the domains' suites first, for they are what a person waits for; then
 * reads what they left, and asks the composed application. Close and verify both do exactly this.
 */
export async function runDomains(domains: ReadonlyMap<string, Domain>, surroundings: Surroundings): Promise<ReadonlyMap<string, DomainRun>> {
  const { config, root, say } = surroundings;
  const wanted = [...domains.values()].filter(({ skip }) => skip === undefined);
  const suites = wanted.flatMap(({ suite }) => suite ?? []);
  const runs = await runAll(wanted.length === 0 ? [] : [...suites, ...config.commands], surroundings);
  if (wanted.length > 0) say('▸ the live registry');
  const live = wanted.length === 0 ? { application: null, fault: null } : await askLive(surroundings);
  const proofs = wanted.length === 0 ? { report: null, fault: null } : await readProofs(root, config.proofs);
  const mutation = readMutation(diskFiles(root), config.mutation);
  const declared = new Set(Object.values(config.domains).flatMap(({ invariants }) => Object.keys(invariants)));
  const registrySha256 = live.application === null ? null : digestOfApplication(live.application);
  const runOf = (domain: Domain): DomainRun => {
    const own = domain.skip === undefined ? commandsOf(domain, config.commands).flatMap(({ name }) => runs.get(name) ?? []) : [];
    const tests = together(own);
    const sources: FactSources = { commands: own.map(({ record }) => record), skippedTests: tests.skipped, passedTests: domain.skip === undefined ? tests.passed : null, live, proofs, mutation, declared };
    return { facts: factsOf(domain, sources), tests, registrySha256: domain.skip === undefined ? registrySha256 : null };
  };
  return new Map([...domains].map(([name, domain]) => [name, runOf(domain)]));
}

/** Where in a file something stands is no part of what is registered: a line above it may come and go. */
const digestOfApplication = ({ registry, effectiveModes }: LiveApplication): string => {
  const unplaced = (entries: readonly { readonly place: string }[]): readonly object[] => entries.map(({ place: _, ...entry }) => entry);
  const { operations, invariants, routes } = registry;
  return hash('sha256', canonicalize({ registry: { operations: unplaced(operations), invariants: unplaced(invariants), routes: unplaced(routes) }, effectiveModes }) ?? '');
};

/** The commands that a domain must have green, in the order of its evidence. */
export const commandsOf = ({ suite }: Domain, shared: readonly Command[]): readonly Command[] => [...(suite === null ? [] : [suite]), ...shared];

/** The name of the command that makes the proof report: it runs all proofs of all domains. */
export const wholeSuite = ({ commands, proofs }: Pick<GovernanceConfig, 'commands' | 'proofs'>): string | undefined => commands.find(({ report }) => report.path === proofs.report)?.name;

async function runAll(commands: readonly Command[], surroundings: Surroundings): Promise<ReadonlyMap<string, CommandRun>> {
  const { root, now, say, env } = surroundings;
  // A suite has no business with the key.
  const { [keyVariableOf(surroundings)]: _, ...rest } = env;
  const runs = new Map<string, CommandRun>();
  for (const command of commands) {
    if (runs.has(command.name)) continue;
    runs.set(command.name, await runCommand(command, { root, now, say, env: rest, logFolder: join(root, LOGS) }));
  }
  return runs;
}

/** Where the commands' outputs are kept, from the root: not in the tree. */
const LOGS = 'node_modules/.cache/hoc/governance';

async function askLive({ config, root }: Surroundings): Promise<FactSources['live']> {
  const variable = keyVariableOf({ config });
  // The application is composed in this very process, and has no business with the key either.
  const { [variable]: held } = process.env;
  delete process.env[variable];
  try {
    return { application: await config.live(), fault: null };
  } catch (error) {
    // Evidence is the same on every machine.
    return { application: null, fault: wordsOf(error).replaceAll(root, '.') };
  } finally {
    if (held !== undefined) process.env[variable] = held;
  }
}

/** Names of all tests that ran, each once: a domain's suite is part of the whole one. A test that failed anywhere failed. */
function together(runs: readonly { readonly record: CommandRecord; readonly tests: TestNames }[]): TestNames {
  const all = (state: keyof TestNames): readonly string[] => [...new Set(runs.flatMap(({ tests }) => tests[state]))].toSorted();
  const failed = all('failed');
  const skipped = all('skipped').filter((name) => !failed.includes(name));
  return { failed, skipped, passed: all('passed').filter((name) => !failed.includes(name) && !skipped.includes(name)) };
}
