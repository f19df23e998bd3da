import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { close } from '../src/close/close.ts';
import type { CommandRecord } from '../src/commands/command.ts';
import type { GovernanceConfig } from '../src/config.ts';
import { newestOf, readEvidence } from '../src/evidence/evidence-folder.ts';
import type { Statement } from '../src/evidence/statement.ts';
import type { InvariantFacts } from '../src/facts/domain-facts.ts';
import { runDomains } from '../src/run/run-domains.ts';
import { placeOf } from '../src/surroundings.ts';
import { rerunFindings, type Rerun } from '../src/verify/rerun-findings.ts';
import { verifyCheaply } from '../src/verify/verify-cheaply.ts';
import { verifyRecords } from '../src/verify/verify-records.ts';
import { appendEvidence, changedClosing, changedFacts } from './fixture/append-evidence.ts';
import { copyOf, type SampleRepository, sampleRepository } from './fixture/sample-repository.ts';

// Each starts a dozen processes, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let closed: SampleRepository;
let repo: SampleRepository;
beforeAll(async () => {
  closed = await sampleRepository();
  await close(['doors'], closed.surroundings);
  closed.commit('close doors');
});
afterAll(() => closed.dispose());
beforeEach(() => {
  repo = copyOf(closed);
});
afterEach(() => repo.dispose());

const told = (surroundings = repo.surroundings): string => verifyRecords(surroundings, false).failures.map(({ what }) => what).join('\n');
const command = (name: string, change: Partial<CommandRecord>) => (statement: Statement): Statement =>
  changedFacts(statement, ({ commands }) => ({ commands: commands.map((one) => (one.name === name ? { ...one, ...change } : one)) }));
const invariant = (id: string, change: (facts: InvariantFacts) => Partial<InvariantFacts>) => (statement: Statement): Statement =>
  changedFacts(statement, ({ invariants }) => ({ invariants: invariants.map((one) => (one.id === id ? { ...one, ...change(one) } : one)) }));
const counts = { passed: 9999, failed: 0, skipped: 0 };

describe('evidence that somebody has written, with its line and its row', () => {
  test('that is a copy of what a close wrote is no other than that', () => {
    appendEvidence(repo, 'doors', (statement) => statement);
    expect(told()).toBe('');
  });

  test.each<[string, (statement: Statement) => Statement, string]>([
    ['other counts of its own suite', command('t5 of doors', { counts }), 't5 of doors counted 9999 passed, 0 failed, 0 skipped, and 13, 0 and 0 tests of its files are named'],
    ['other counts of the whole suite', command('t5', { counts }), 't5 counted 9999 passed, 0 failed, 0 skipped, and 20, 0 and 0'],
    ['no names of tests', (statement) => ({ ...statement, predicate: { ...statement.predicate, passedTests: [] } }), 't5 counted 20 passed, 0 failed, 0 skipped, and 0, 0 and 0'],
    ['a proof that no test makes', invariant('BI-DOOR-001', ({ provenBy }) => ({ provenBy: { ...provenBy, race: ['no such test'] } })), 'BI-DOOR-001 is proven for race by "no such test", which is not among the tests that passed'],
    ['another command', (statement) => changedFacts(statement, ({ commands }) => ({ commands: commands.slice(0, 1).map((one) => ({ ...one, argv: ['true'] })) })), 'its commands are not the ones that the configuration has now'],
    ['an invariant less', (statement) => changedFacts(statement, ({ invariants }) => ({ invariants: invariants.slice(1) })), 'BI-DOOR-001 is declared, and the evidence does not know it'],
    ['an anchor less', invariant('BI-DOOR-002', ({ registered }) => ({ declared: { anchors: ['door.open'], kind: 'transition' }, registered: registered && { ...registered, anchors: registered.anchors.slice(1) } })), 'BI-DOOR-002 is declared with another kind or other anchors'],
    ['another suite', (statement) => changedClosing(statement, (closing) => ({ ...closing, suite: 't5' })), 'its own suite is t5 of doors, and the evidence says t5'],
    ['another digest of the configuration', (statement) => ({ ...statement, predicate: { ...statement.predicate, configuration: [{ name: 'governance.config.ts', digest: { sha256: '0'.repeat(64) } }] } }), 'gives governance.config.ts another digest than the tree'],
    ['no configuration', (statement) => ({ ...statement, predicate: { ...statement.predicate, configuration: [] } }), 'the evidence has digests of other files than `configuration` names'],
    ['another mutation summary', (statement) => changedFacts(statement, ({ mutation }) => ({ mutation: mutation && { ...mutation, sha256: '0'.repeat(64) } })), 'says of mutants is not what docs/governance/mutation.json and the files of its tree say'],
    ['better mutation scores', (statement) => changedFacts(statement, ({ mutation }) => ({ mutation: mutation && { ...mutation, groups: mutation.groups.map((group) => ({ ...group, killed: 99, score: 99 })) } })), 'says of mutants is not what'],
    ['another test that noticed', invariant('BI-DOOR-001', ({ mutants }) => ({ mutants: { ...mutants, killedBy: { ...mutants.killedBy, negated: 'x' } } })), 'says of mutants is not what'],
    ['a command that ended before it began', command('t5', { endedAt: '2026-01-01T00:00:00.000Z' }), 'ended t5 before it began'],
    ['a command that was run before its commit', command('t5', { startedAt: '2026-01-01T00:00:00.000Z' }), 'started t5 before its commit was made'],
    ['a command that ended after the close', command('guards', { endedAt: '2098-01-01T00:00:00.000Z' }), 'was closed before guards had ended'],
  ])('%s', (_, change, what) => {
    appendEvidence(repo, 'doors', change);
    expect(told()).toContain(what);
  });

  test('a time that is yet to come', () => {
    appendEvidence(repo, 'doors', (statement) => statement, new Date('2099-01-01T00:00:00.000Z'));
    expect(told()).toContain('was closed at 2099-01-01T00:00:00Z, which is yet to come');
  });

  test('proofs by tests that have other names, with names and counts to fit: the proofs of this run do not know them', async () => {
    const renamed = (name: string): string => name.replace('race is observed', 'race is invented');
    appendEvidence(repo, 'doors', (statement) => {
      const { passedTests } = statement.predicate;
      return invariant('BI-DOOR-001', ({ provenBy }) => ({ provenBy: { ...provenBy, race: provenBy.race.map(renamed) } }))({ ...statement, predicate: { ...statement.predicate, passedTests: passedTests.map(renamed).toSorted() } });
    });
    const { failures } = await verifyCheaply(repo.surroundings);
    expect(failures.map(({ what }) => what).join('\n')).toContain('the test "tests/doors.json > BI-DOOR-001 > race is invented" is gone');
  });
});

describe('a configuration that asks for less', () => {
  const withConfig = (change: (config: GovernanceConfig) => Partial<GovernanceConfig>): string => {
    const { config } = repo.surroundings;
    return told({ ...repo.surroundings, config: { ...config, ...change(config) } });
  };
  const doors = (change: (domain: NonNullable<GovernanceConfig['domains'][string]>) => object) => ({ domains }: GovernanceConfig): Partial<GovernanceConfig> => {
    const domain = domains['doors'];
    return domain === undefined ? {} : { domains: { ...domains, doors: { ...domain, ...change(domain) } } };
  };

  test.each<[string, (config: GovernanceConfig) => Partial<GovernanceConfig>, string]>([
    ['an invariant that is not declared any more', doors(({ invariants: { 'BI-DOOR-002': _, ...invariants } }) => ({ invariants })), 'BI-DOOR-002 is in the evidence, and is not declared any more'],
    ['a command less', ({ commands }) => ({ commands: commands.slice(0, 1) }), 'its commands are not the ones that the configuration has now'],
    ['a suite that runs nothing', doors(({ suite }) => ({ suite: suite && { ...suite, argv: ['true'] } })), 'its commands are not the ones that the configuration has now'],
    ['a lower threshold', ({ mutation }) => ({ mutation: { ...mutation, groups: Object.fromEntries(Object.entries(mutation.groups).map(([name, group]) => [name, { ...group, threshold: 1 }])) } }), 'as the configuration asks for them'],
  ])('%s', (_, change, what) => {
    expect(withConfig(change)).toContain(what);
  });
});

describe('what only running again can tell', () => {
  let statement: Statement;
  let rerun: Rerun;
  beforeAll(async () => {
    const { surroundings } = closed;
    const evidence = newestOf(readEvidence(placeOf(surroundings))).get('doors');
    const domains = new Map(Object.entries(surroundings.config.domains).filter(([name]) => name === 'doors'));
    const run = (await runDomains(domains, surroundings)).get('doors');
    if (evidence === undefined || run === undefined) throw new Error('the sample has not been closed');
    statement = evidence.statement;
    rerun = { run, tools: statement.predicate.hocGovernance.tools };
  });
  const findings = (changed: Statement): string => rerunFindings('doors', changed, rerun, ['git']).map(({ what }) => what).join('\n');

  test('the same is the same, whatever the times', () => {
    expect(findings(statement)).toBe('');
    expect(findings(changedClosing(statement, (closing) => ({ ...closing, tools: { ...closing.tools, git: '1.0' } })))).toBe('');
  });

  test.each<[string, (changed: Statement) => Statement, string]>([
    ['counts of a command without tests', command('guards', { counts }), 'commands guards counts passed is 5, not 9999'],
    ['operations that carry an anchor', invariant('BI-DOOR-001', ({ registered }) => ({ registered: registered && { ...registered, anchors: [{ anchor: 'door.open', carriedBy: ['doors.write knock'] }] } })), '"doors.write knock" was among invariants BI-DOOR-001 registered anchors door.open carriedBy, and is not now'],
    ['the live registry', (changed) => changedClosing(changed, (closing) => ({ ...closing, registrySha256: '0'.repeat(64) })), 'registrySha256 is '],
    ['tools', (changed) => changedClosing(changed, (closing) => ({ ...closing, tools: { ...closing.tools, node: '1.0.0' } })), `tools node is "${process.versions.node}", not "1.0.0"`],
    ['scans', invariant('BI-DOOR-002', ({ registered }) => ({ registered: registered && { ...registered, hasScan: true } })), 'invariants BI-DOOR-002 registered hasScan is false, not true'],
    ['mutants', (changed) => changedFacts(changed, ({ mutation }) => ({ mutation: mutation && { ...mutation, tool: 'other 1' } })), 'mutation tool is "stryker 10.0.0", not "other 1"'],
  ])('%s', (_, change, what) => {
    expect(findings(change(statement))).toContain(what);
  });
});
