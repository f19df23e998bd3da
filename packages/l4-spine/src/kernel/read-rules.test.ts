import { expect, test } from 'vitest';
import { z } from 'zod';
import { StorageError } from '../../test/fixtures/journaled-storage.ts';
import { addBook, admin, denialIn, house, NOW, openLibrary, operator, roomLeft, USUAL, valueIn, type House, type LibraryReader } from '../../test/fixtures/toy-library.ts';
import { transitionInvariant } from './invariant.ts';
import type { Mode, Severity } from './mode.ts';
import { readOperation } from './operation.ts';
import { PLATFORM } from './request.ts';
import { ok } from './result.ts';

const rule = (severity: Severity, holds: (tenantId: string) => true | string) =>
  transitionInvariant({
    id: 'BI-BOOK-007', guards: ['books.list'], severity, status: 400, needs: [], condition: 'A list is of one library.', remediation: 'Name one.',
    holds: (_facts, { tenantId }) => holds(tenantId),
  });
type Rule = ReturnType<typeof rule>;
const scoped = (severity: Severity) => rule(severity, (tenantId) => tenantId !== PLATFORM || 'no library is named');

/** A house with a list that rules guard; `reads` counts how often its handler ran. */
function listing(guard: Rule | readonly Rule[], defaultMode: Mode = 'STRICT', { anchor = 'books.list', registered = [guard].flat() }: { readonly anchor?: string | null; readonly registered?: readonly Rule[] } = {}): House & { readonly reads: () => number } {
  let reads = 0;
  const list = readOperation<LibraryReader>()({
    ...USUAL, address: ['books.query', 'list'], anchor, tenancy: 'either', input: z.strictObject({}), output: z.unknown(), invariants: [guard].flat(),
    run: async () => {
      reads += 1;
      return ok('a list');
    },
  });
  return { ...house({ operations: [addBook, list], invariants: [openLibrary, roomLeft, ...registered] }, { defaultMode }), reads: () => reads };
}
const LIST = { method: 'list', input: {}, requestId: 'req_1' };

test('a read whose rules hold answers, and asks storage for nothing else', async () => {
  const { registry, storage, reads } = listing(scoped('MEDIUM'));
  expect(valueIn(await registry.execute('books.query', { ...LIST, principal: admin }))).toBe('a list');
  expect(reads()).toBe(1);
  expect(storage.journal).toEqual([]);
});

test.each([['STRICT', 'MEDIUM'], ['ENFORCE', 'HIGH'], ['STRICT', 'CRITICAL']] as const)('in %s a breach of a %s rule stops the read before its handler, and is on record', async (mode, severity) => {
  const { registry, storage, reads } = listing(scoped(severity), mode);
  expect(denialIn(await registry.execute('books.query', { ...LIST, principal: operator }))).toEqual({
    code: 'INVARIANT_VIOLATION', status: 400, requestId: 'req_1', detail: 'No library is named.',
    violations: [{ invariantId: 'BI-BOOK-007', severity, message: 'No library is named.', remediation: 'Name one.' }],
  });
  expect(reads()).toBe(0);
  expect(storage.entries.get(PLATFORM)).toMatchObject([
    { outcome: 'DENIED', address: 'books.query', method: 'list', anchor: 'books.list', subject: null, at: NOW, invariants: [{ id: 'BI-BOOK-007', mode, outcome: 'BROKEN' }] },
  ]);
  expect(storage.violations).toMatchObject([{ invariantId: 'BI-BOOK-007', mode, outcome: 'BLOCKED', tenantId: PLATFORM, message: 'no library is named' }]);
});

test.each([['MONITOR', 'CRITICAL'], ['ENFORCE', 'MEDIUM']] as const)('in %s a breach of a %s rule is recorded, and the read answers', async (mode, severity) => {
  const { registry, storage, reads } = listing(scoped(severity), mode);
  expect(valueIn(await registry.execute('books.query', { ...LIST, principal: operator }))).toBe('a list');
  expect(reads()).toBe(1);
  expect(storage.entries.get(PLATFORM) ?? []).toEqual([]);
  expect(storage.violations).toMatchObject([{ invariantId: 'BI-BOOK-007', mode, outcome: 'RECORDED' }]);
});

test('of two breaches one that blocks is enough, and each is on record once', async () => {
  const { registry, storage, reads } = listing([scoped('MEDIUM'), { ...scoped('HIGH'), id: 'BI-BOOK-008' }], 'ENFORCE');
  expect(denialIn(await registry.execute('books.query', { ...LIST, principal: operator })).violations?.map(({ invariantId }) => invariantId)).toEqual(['BI-BOOK-008']);
  expect(reads()).toBe(0);
  expect(storage.violations.map(({ invariantId, outcome }) => `${invariantId} ${outcome}`).toSorted()).toEqual(['BI-BOOK-007 RECORDED', 'BI-BOOK-008 BLOCKED']);
});

test('the mode that somebody has set for a rule is the one that counts', async () => {
  const { registry, storage, reads } = listing(scoped('CRITICAL'));
  storage.settings.push({ invariantId: 'BI-BOOK-007', tenantId: null, mode: 'MONITOR', expiresAt: null });
  valueIn(await registry.execute('books.query', { ...LIST, principal: operator }));
  expect([reads(), storage.violations.map(({ mode }) => mode)]).toEqual([1, ['MONITOR']]);
});

test('a rule of reads is judged on the request, and on facts that are none; a breach is no failure of its check', async () => {
  const judged: unknown[] = [];
  const guard = { ...scoped('MEDIUM'), holds: (facts: unknown) => judged.push(facts) < 0 || 'no library is named' };
  const { registry, failures } = listing(guard);
  denialIn(await registry.execute('books.query', { ...LIST, principal: operator }));
  expect(new Set(judged.map((facts) => JSON.stringify(facts)))).toEqual(new Set(['{}']));
  expect(failures).toEqual([]);
});

test('a check that throws is no consent, and its cause is told to whoever runs the server', async () => {
  const cause = new Error('hunter2');
  const guard = rule('MEDIUM', () => {
    throw cause;
  });
  const { registry, failures, reads } = listing(guard);
  const denial = denialIn(await registry.execute('books.query', { ...LIST, principal: operator }));
  expect(denial).toMatchObject({ code: 'INVARIANT_UNEVALUABLE', status: 503 });
  expect(JSON.stringify(denial)).not.toContain('hunter2');
  expect([reads(), failures]).toEqual([0, [cause]]);
});

test('a breach that cannot be recorded is an outage, and no answer', async () => {
  const { registry, storage, reads } = listing(scoped('MEDIUM'), 'MONITOR');
  storage.begin = () => Promise.reject(new StorageError('OUTAGE', 'away'));
  expect(denialIn(await registry.execute('books.query', { ...LIST, principal: operator }))).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
  expect(reads()).toBe(0);
});

test('what fails while a breach is recorded is rolled back, and is no answer', async () => {
  const { registry, storage, reads, failures } = listing(scoped('MEDIUM'), 'MONITOR');
  const cause = new StorageError('BUG', 'hunter2');
  storage.fail('recordViolations', cause);
  expect(denialIn(await registry.execute('books.query', { ...LIST, principal: operator }))).toMatchObject({ code: 'INTERNAL', status: 500 });
  expect([reads(), failures, storage.violations, storage.rolledBack]).toEqual([0, [cause], [], 1]);
});

test('freezing refuses rules of reads that could not be judged', () => {
  const broken = (change: object) => () => {
    const guard = { ...scoped('MEDIUM'), ...change };
    return listing(guard);
  };
  expect(broken({ guards: ['books.burn'] })).toThrow(/has the anchor books\.list, which BI-BOOK-007 \(.*\) does not guard/);
  expect(broken({ phase: 'after' })).toThrow(/is a read, and BI-BOOK-007 \(.*\) needs facts, or comes after the handler/);
  expect(broken({ needs: openLibrary.needs })).toThrow(/is a read, and BI-BOOK-007/);
  expect(() => listing(scoped('MEDIUM'), 'STRICT', { registered: [] })).toThrow(/is guarded by BI-BOOK-007 \(.*\), which is not registered\./);
  expect(() => listing(scoped('MEDIUM'), 'STRICT', { anchor: null })).toThrow(/has no anchor, which BI-BOOK-007 \(.*\) does not guard\./);
});
