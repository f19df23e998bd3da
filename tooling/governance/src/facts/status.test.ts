import { describe, expect, test } from 'vitest';
import type { DomainFacts, InvariantFacts } from './domain-facts.ts';
import { decideStatus } from './status.ts';

const names = ['t5.test.ts > it is observed'];
const noticed = { negated: 'it denies', weakened: 'it denies', deleted: 'it denies' };
const invariant = (change: Partial<InvariantFacts> = {}): InvariantFacts => ({
  id: 'BI-DOOR-001',
  declared: { anchors: ['door.open'], kind: 'state' },
  registered: { kind: 'state', severity: 'HIGH', hasScan: true, effectiveMode: 'STRICT', anchors: [{ anchor: 'door.open', carriedBy: ['doors.write open'] }] },
  provenBy: { deny: names, pass: names, MONITOR: names, ENFORCE: names, STRICT: names, race: names },
  mutants: { killedBy: noticed, provenBy: noticed, unknown: [] },
  ...change,
});
const group = { name: 'kernel', threshold: 90, score: 90, killed: 8, timeout: 1, survived: 1, noCoverage: 0, ignored: 0 };
const mutation = { sha256: '', tool: 'stryker 10', stale: [], faults: [], groups: [group], unexplained: [] };
const green = { name: 't5', argv: ['node'], exitCode: 0, counts: { passed: 3, failed: 0, skipped: 0 }, testFiles: ['t5.test.ts'], outputSha256: '', startedAt: '', endedAt: '' };
const facts = (change: Partial<DomainFacts> = {}): DomainFacts => ({
  skip: null, commands: [green], skippedTests: [], repeatedTests: [], liveFault: null, proofsFault: null, mutationFault: null, mutation, undeclared: [], invariants: [invariant()], ...change,
});
const registered = (change: Partial<NonNullable<InvariantFacts['registered']>>): Partial<DomainFacts> => {
  const { registered: live } = invariant();
  return { invariants: [invariant({ registered: live === null ? null : { ...live, ...change } })] };
};

describe('decideStatus', () => {
  test('all there: DONE, with nothing to say', () => {
    expect(decideStatus(facts())).toEqual({ status: 'DONE', why: [] });
  });

  test('no evidence: PENDING', () => {
    expect(decideStatus(null).status).toBe('PENDING');
  });

  test('left out: SKIPPED for its reason, whatever else there is', () => {
    expect(decideStatus(facts({ skip: 'sold', commands: [] }))).toEqual({ status: 'SKIPPED', why: ['sold'] });
  });

  test.each([
    ['t5 ended with exit code 1', { commands: [{ ...green, exitCode: 1 }] }],
    ['t5: 1 failed', { commands: [{ ...green, counts: { passed: 3, failed: 1, skipped: 0 } }] }],
    ['t5: nothing passed', { commands: [{ ...green, counts: { passed: 0, failed: 0, skipped: 0 } }] }],
    ['t5 wrote no report that can be read', { commands: [{ ...green, counts: null }] }],
    ['no command was run', { commands: [] }],
    ['the application could not be asked: it does not start', { liveFault: 'it does not start' }],
  ] as const)('%s: BLOCKED', (why, change) => {
    expect(decideStatus(facts(change))).toEqual({ status: 'BLOCKED', why: [why] });
  });

  test('what is missing besides is listed with what blocks', () => {
    expect(decideStatus(facts({ commands: [{ ...green, exitCode: 1 }], undeclared: ['BI-DOOR-009'] })).why).toEqual([
      't5 ended with exit code 1', 'BI-DOOR-009 is registered, and no domain declares it',
    ]);
  });

  test.each([
    ['BI-DOOR-001 is not proven by a test for race', { invariants: [invariant({ provenBy: { ...invariant().provenBy, race: [] } })] }],
    ['BI-DOOR-001 is declared, and not registered', { invariants: [invariant({ registered: null })] }],
    ['BI-DOOR-001 is in mode MONITOR on a fresh installation, not STRICT', registered({ effectiveMode: 'MONITOR' })],
    ['BI-DOOR-001 is in mode (unknown) on a fresh installation, not STRICT', registered({ effectiveMode: null })],
    ['BI-DOOR-001 is a state invariant without a scan', registered({ hasScan: false })],
    ['BI-DOOR-001 guards door.open, which no registered operation that names it carries', registered({ anchors: [{ anchor: 'door.open', carriedBy: [] }] })],
    ['BI-DOOR-001 can be broken (weakened) and no test fails', { invariants: [invariant({ mutants: { killedBy: { ...noticed, weakened: null }, provenBy: noticed, unknown: [] } })] }],
    ['BI-DOOR-001 can be broken (negated, deleted) and no runtime proof fails', { invariants: [invariant({ mutants: { killedBy: noticed, provenBy: { ...noticed, negated: null, deleted: null }, unknown: [] } })] }],
    ['BI-DOOR-001 is said to be noticed by "x", and no test of that name has passed', { invariants: [invariant({ mutants: { killedBy: noticed, provenBy: noticed, unknown: ['x'] } })] }],
    ['more than one runtime proof is called "x"', { repeatedTests: ['x'] }],
    ['the test "slow" was skipped', { skippedTests: ['slow'] }],
    ['there is no proof report', { proofsFault: 'there is no proof report' }],
    ['there is none', { mutation: null, mutationFault: 'there is none' }],
    ['the mutation summary has no group kernel', { mutation: { ...mutation, faults: ['the mutation summary has no group kernel'] } }],
    ['a.ts has changed since the mutation tests were run', { mutation: { ...mutation, stale: ['a.ts'] } }],
    ['the mutation score of kernel is 90.00 %, below 95 %', { mutation: { ...mutation, groups: [{ ...group, threshold: 95 }] } }],
    ['the mutation score of kernel is given as 99, its mutants make 90.00', { mutation: { ...mutation, groups: [{ ...group, score: 99 }] } }],
    ['the mutant a.ts:1 BlockStatement survives without a written reason', { mutation: { ...mutation, unexplained: ['a.ts:1 BlockStatement'] } }],
    ['the domain declares no invariant', { invariants: [] }],
  ] as const)('%s: PARTIAL', (why, change) => {
    expect(decideStatus(facts(change))).toEqual({ status: 'PARTIAL', why: [why] });
  });

  test('anchors that were added, taken away or of another kind than declared: PARTIAL', () => {
    expect(decideStatus(facts(registered({ kind: 'transition', anchors: [{ anchor: 'door.shut', carriedBy: ['doors.write shut'] }] }))).why).toEqual([
      'BI-DOOR-001 does not guard door.open, which is declared',
      'BI-DOOR-001 guards door.shut, which is not declared',
      'BI-DOOR-001 is a transition invariant, and declared as state',
    ]);
  });

  test('an accepted score needs no threshold, and findings that guards exempt are theirs to judge', () => {
    const exempted = { ...green, name: 'guards', counts: { passed: 3, failed: 0, skipped: 2 } };
    expect(decideStatus(facts({ commands: [green, exempted], mutation: { ...mutation, groups: [{ ...group, threshold: null }] } })).status).toBe('DONE');
  });
});
