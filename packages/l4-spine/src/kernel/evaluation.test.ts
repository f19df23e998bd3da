import { describe, expect, test } from 'vitest';
import { admin, NOW } from '../../test/fixtures/toy-library.ts';
import { denialOf, evaluate, type Finding, type ResolvedFacts } from './evaluation.ts';
import { fact } from './fact.ts';
import { missing, transitionInvariant, type AnyInvariant, type Breach } from './invariant.ts';
import { MODES, SEVERITIES, type Mode, type Severity } from './mode.ts';

const shelf = fact({ name: 'shelf', lock: 'none', resolve: async () => 1 });
const request = { principal: admin, tenantId: 'tnt_a', input: {}, now: NOW, requestId: 'req_1' };
const read: ResolvedFacts = { values: { shelf: 1 }, failures: new Map() };
const unread: ResolvedFacts = { values: {}, failures: new Map([['shelf', new Error('no shelf')]]) };

function rule(answer: () => unknown, severity: Severity = 'HIGH', id: `BI-${string}-${number}` = 'BI-BOOK-001', status = 409): AnyInvariant {
  return transitionInvariant({
    id, guards: ['book.add'], severity, status, condition: 'c', remediation: `mend ${id}`, needs: [shelf],
    // Checks that answer what the types refuse are part of what is tested.
    holds: answer as () => true | Breach,
  });
}

function findingOf(invariant: AnyInvariant, mode: Mode, facts: ResolvedFacts = read): Finding {
  const [finding] = evaluate([invariant], facts, request, () => mode);
  if (finding === undefined) throw new Error('the invariant was not evaluated');
  return finding;
}

describe('how an invariant fares, and whether that blocks, by mode and severity', () => {
  const expected: Readonly<Record<string, Readonly<Record<Mode, string>>>> = {
    HELD: { MONITOR: '---', ENFORCE: '---', STRICT: '---' },
    BROKEN: { MONITOR: '---', ENFORCE: 'BB-', STRICT: 'BBB' },
    UNEVALUABLE: { MONITOR: '---', ENFORCE: 'BBB', STRICT: 'BBB' },
  };
  const answers = { HELD: () => true, BROKEN: () => 'it is broken', UNEVALUABLE: () => { throw new Error('a secret'); } };
  const cells = (['HELD', 'BROKEN', 'UNEVALUABLE'] as const).flatMap((outcome) =>
    MODES.flatMap((mode) => SEVERITIES.map((severity, column) => ({ outcome, mode, severity, isBlocking: expected[outcome]?.[mode][column] === 'B' }))));

  test.each(cells)('$outcome, $mode, $severity: blocking is $isBlocking', ({ outcome, mode, severity, isBlocking }) => {
    const finding = findingOf(rule(answers[outcome], severity), mode);
    expect(finding).toMatchObject({ outcome, mode, isBlocking });
    expect(denialOf([finding], 'req_1') !== null).toBe(isBlocking);
  });
});

test('of an invariant that holds there is nothing to say', () => {
  const invariant = rule(() => true);
  expect(findingOf(invariant, 'STRICT')).toEqual({ invariant, mode: 'STRICT', outcome: 'HELD', isBlocking: false, message: '', status: 200 });
});

describe('UNEVALUABLE is an invariant', () => {
  test('whose fact could not be read, whatever its check would say', () => {
    let wasAsked = false;
    const finding = findingOf(rule(() => (wasAsked = true)), 'STRICT', unread);
    expect(finding).toMatchObject({ outcome: 'UNEVALUABLE', message: 'the fact shelf could not be read', cause: unread.failures.get('shelf') });
    expect(wasAsked).toBe(false);
  });

  test('whose fact was never asked for, also where its name is one that every object has', () => {
    expect(findingOf(rule(() => true), 'STRICT', { values: {}, failures: new Map() }).outcome).toBe('UNEVALUABLE');
    const inherited = fact({ name: 'constructor', lock: 'none', resolve: async () => 1 });
    const invariant = transitionInvariant({
      id: 'BI-BOOK-001', guards: ['book.add'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [inherited], holds: () => true,
    });
    expect(findingOf(invariant, 'STRICT', { values: {}, failures: new Map() }).outcome).toBe('UNEVALUABLE');
  });

  test('whose check throws; the text of the error is the log\'s', () => {
    const error = new Error('password=hunter2');
    const finding = findingOf(rule(() => { throw error; }), 'STRICT');
    expect(finding).toMatchObject({ outcome: 'UNEVALUABLE', message: 'the check itself failed', cause: error });
    expect(JSON.stringify(denialOf([finding], 'req_1'))).not.toContain('hunter2');
  });

  test.each([
    ['nothing', () => undefined], ['null', () => null], ['false', () => false], ['a number', () => 1], ['a promise of true', () => Promise.resolve(true)],
    ['a promise that fails', () => Promise.reject(new Error('late'))], ['an empty object', () => ({})], ['a breach without a status', () => ({ message: 'm' })],
    ['a breach whose message is no text', () => ({ message: 1, status: 409 })], ['a breach whose status is no number', () => ({ message: 'm', status: '409' })],
    ['a truthy string object', () => Object('true') as unknown],
  ])('whose check answers %s', async (_name, answer) => {
    expect(findingOf(rule(answer), 'STRICT')).toMatchObject({
      outcome: 'UNEVALUABLE', message: 'the check gave no answer', isBlocking: true, cause: new TypeError('the check of BI-BOOK-001 answered neither true nor a breach'),
    });
    // A rejection that nobody handles would fail this run.
    await new Promise((resolve) => { setImmediate(resolve); });
  });
});

describe('the denial', () => {
  const broken = (id: `BI-${string}-${number}`, severity: Severity, breach: Breach = `${id} is broken`, mode: Mode = 'STRICT', status = 409): Finding =>
    findingOf(rule(() => breach, severity, id, status), mode);
  const lost = (id: `BI-${string}-${number}`, mode: Mode = 'STRICT'): Finding => findingOf(rule(() => undefined, 'CRITICAL', id), mode);

  test('of no findings, or of findings that do not block, is none', () => {
    expect(denialOf([], 'req_1')).toBeNull();
    expect(denialOf([broken('BI-A-001', 'CRITICAL', 'x', 'MONITOR'), broken('BI-A-002', 'MEDIUM', 'x', 'ENFORCE'), lost('BI-A-003', 'MONITOR')], 'req_1')).toBeNull();
  });

  test('names every invariant that stopped the write, the most severe first, then by id, and takes its status from the first', () => {
    const denial = denialOf([
      broken('BI-A-003', 'MEDIUM', 'third', 'STRICT', 400), broken('BI-A-004', 'HIGH', 'fourth', 'STRICT', 422), broken('BI-A-002', 'HIGH', 'second.', 'STRICT', 423),
      broken('BI-A-005', 'CRITICAL', { message: 'fifth', status: 403 }), broken('BI-A-001', 'CRITICAL', 'only recorded', 'MONITOR'),
    ], 'req_1');
    expect(denial).toEqual({
      code: 'INVARIANT_VIOLATION', status: 403, requestId: 'req_1', detail: 'Fifth.',
      violations: [
        { invariantId: 'BI-A-005', severity: 'CRITICAL', message: 'Fifth.', remediation: 'mend BI-A-005' },
        { invariantId: 'BI-A-002', severity: 'HIGH', message: 'Second.', remediation: 'mend BI-A-002' },
        { invariantId: 'BI-A-004', severity: 'HIGH', message: 'Fourth.', remediation: 'mend BI-A-004' },
        { invariantId: 'BI-A-003', severity: 'MEDIUM', message: 'Third.', remediation: 'mend BI-A-003' },
      ],
    });
  });

  test('names those of one severity by id, whatever order they are guarded in', () => {
    const ids = ['BI-A-002', 'BI-A-001', 'BI-A-004', 'BI-A-003'] as const;
    for (const order of [ids, ids.toReversed(), ids.toSorted()]) {
      const denial = denialOf(order.map((id) => broken(id, 'HIGH')), 'req_1');
      expect(denial?.violations?.map(({ invariantId }) => invariantId)).toEqual(ids.toSorted());
    }
  });

  test('of something missing comes before all others and names nothing', () => {
    const findings = [broken('BI-A-001', 'CRITICAL'), broken('BI-A-002', 'MEDIUM', missing('there is no book_7')), lost('BI-A-003')];
    expect(denialOf(findings, 'req_1')).toEqual({ code: 'NOT_FOUND', status: 404, detail: 'There is no such thing here.', requestId: 'req_1' });
    expect(denialOf([broken('BI-A-001', 'CRITICAL'), broken('BI-A-002', 'MEDIUM', 'x', 'STRICT', 404)], 'req_1')?.code).toBe('NOT_FOUND');
  });

  test('is not NOT_FOUND where what is missing was only recorded', () => {
    expect(denialOf([broken('BI-A-001', 'CRITICAL'), broken('BI-A-002', 'HIGH', missing('gone'), 'MONITOR')], 'req_1')?.code).toBe('INVARIANT_VIOLATION');
  });

  test('of broken and unevaluable invariants tells of the broken ones', () => {
    expect(denialOf([lost('BI-A-001'), broken('BI-A-002', 'MEDIUM')], 'req_1')).toMatchObject({ code: 'INVARIANT_VIOLATION', violations: [{ invariantId: 'BI-A-002' }] });
  });

  test('of unevaluable invariants alone is its own code, 503 with a time to come back', () => {
    expect(denialOf([lost('BI-A-001'), lost('BI-A-002')], 'req_1')).toEqual({
      code: 'INVARIANT_UNEVALUABLE', status: 503, requestId: 'req_1', retryAfterSeconds: 1,
      detail: 'A rule could not be checked, so nothing was written: BI-A-001, BI-A-002.',
    });
  });
});
