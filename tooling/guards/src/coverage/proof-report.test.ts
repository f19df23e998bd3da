import { describe, expect, test } from 'vitest';
import { parseProofReport, provenBy, type ProofReport } from './proof-report.ts';
import { whyPartial, type RunOfProofs } from './proof-reporter.ts';
import { standingOf } from './proof-standing.ts';

const REPORT: ProofReport = {
  format: 'hoc.proofs/1', sources: 'abc', startedAt: '2026-01-02T03:04:05.678Z', endedAt: '2026-01-02T03:05:00Z',
  tests: [
    { file: 't5/keys.test.ts', name: 'a > b', state: 'passed', proofs: [{ invariant: 'BI-KEY-001', kind: 'deny' }, { invariant: 'BI-KEY-001', kind: 'STRICT' }] },
    { file: 't5/keys.test.ts', name: 'a > c', state: 'failed', proofs: [{ invariant: 'BI-KEY-001', kind: 'race' }] },
  ],
};

describe('a proof report', () => {
  test('is read as it was written', () => {
    expect(parseProofReport(JSON.stringify(REPORT))).toEqual(REPORT);
  });

  test('counts what passed tests have proven, and nothing of a failed one', () => {
    expect([...(provenBy(REPORT).get('BI-KEY-001') ?? [])]).toEqual(['deny', 'STRICT']);
  });

  test.each([
    ['no JSON', '{', 'not JSON'],
    ['a list', '[]', 'it is no object'],
    ['another format', JSON.stringify({ ...REPORT, format: 'hoc.proofs/2' }), 'its format is "hoc.proofs/2"'],
    ['no digest', JSON.stringify({ ...REPORT, sources: '' }), 'sources is no text'],
    ['a local time', JSON.stringify({ ...REPORT, endedAt: '2026-01-02 03:05' }), 'endedAt is no time in UTC'],
    ['an unknown state', JSON.stringify({ ...REPORT, tests: [{ ...REPORT.tests[0], state: 'ok' }] }), 'tests[0].state is "ok"'],
    ['an unknown kind', JSON.stringify({ ...REPORT, tests: [{ ...REPORT.tests[0], proofs: [{ invariant: 'BI-KEY-001', kind: 'strict' }] }] }), 'tests[0].proofs[0].kind is "strict"'],
  ])('with %s is unreadable, and says why', (_what, text, reason) => {
    const standing = standingOf(text, 'abc');
    expect(standing.state === 'unreadable' ? standing.reason : standing.state).toContain(reason);
  });

  test('of other sources is stale', () => {
    expect(standingOf(JSON.stringify(REPORT), 'abd')).toMatchObject({ state: 'stale' });
    expect(standingOf(JSON.stringify(REPORT), 'abc')).toMatchObject({ state: 'fresh' });
  });
});

describe('a run of the proofs', () => {
  const WHOLE: RunOfProofs = { existing: ['t5/keys.test.ts'], ran: ['t5/keys.test.ts'], isInterrupted: false, isChosen: false, isMoving: false, tests: REPORT.tests };

  test('is whole although a test of it failed: the failed test has proven nothing', () => {
    expect(whyPartial(WHOLE)).toBeNull();
  });

  test.each<readonly [string, Partial<RunOfProofs>, string]>([
    ['a file that did not run', { ran: [] }, 't5/keys.test.ts did not run'],
    ['a skipped test', { tests: REPORT.tests.map((proof) => ({ ...proof, state: 'skipped' as const })) }, 'was skipped'],
    ['chosen names', { isChosen: true }, 'certain names'],
    ['an end before its end', { isInterrupted: true }, 'interrupted'],
    ['sources that changed under it', { isMoving: true }, 'changed'],
    ['no file at all', { existing: [], ran: [] }, 'no file that proves'],
  ])('with %s counts as none', (_what, change, reason) => {
    expect(whyPartial({ ...WHOLE, ...change })).toContain(reason);
  });
});
