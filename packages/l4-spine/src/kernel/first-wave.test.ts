import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EXEMPT, RUN } from '../../test/fixtures/running.ts';
import { addBook, admin, denialIn, house, openLibrary, USUAL, valueIn, type House, type LibraryReader, type LibraryWriter } from '../../test/fixtures/toy-library.ts';
import { fact } from './fact.ts';
import { transitionInvariant } from './invariant.ts';
import { aheadWriteOperation, writeOperation } from './operation.ts';
import { ok } from './result.ts';

const ADD = { method: 'add', principal: admin, input: { title: 'x' }, requestId: 'req_1' };

/** A write whose handler answers what was asked ahead for it, or does not wait for that. */
function asking(ahead: (library: LibraryReader, title: string) => Promise<unknown>, { waits = true, faults = 0 }: { readonly waits?: boolean; readonly faults?: number } = {}): House {
  const journal: string[] = [];
  let left = faults;
  const shelf = fact({
    name: 'shelf', lock: 'none',
    resolve: async (_library: LibraryWriter) => {
      journal.push('fact');
      left -= 1;
      if (left >= 0) throw new Error('the fact cannot be read');
      return 1;
    },
  });
  const shelved = transitionInvariant({ id: 'BI-BOOK-003', guards: ['book.add'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [shelf], holds: () => true });
  const invariants = [openLibrary, shelved] as const;
  const operation = aheadWriteOperation<LibraryWriter, LibraryReader>()({
    ...USUAL, address: ['library.write', 'add'], anchor: 'book.add', input: z.strictObject({ title: z.string() }), output: z.unknown(), invariants,
    subject: () => null,
    ahead: ({ request: { input }, scope }) => {
      journal.push('ahead');
      return ahead(scope, input.title);
    },
    run: async ({ ahead: answer, scope, request }) => {
      const told = waits ? await answer : null;
      await scope.insert(request.input.title);
      return ok(told);
    },
  });
  return house({ operations: [operation], invariants }, {}, journal);
}

describe('what a write asks ahead for its handler', () => {
  test('is asked once, after the last lock and before anything is judged, and what it answers is the handler\'s', async () => {
    const { registry, storage } = asking(async (library, title) => [await library.status(), title]);
    expect(valueIn(await registry.execute('library.write', ADD))).toEqual(['OPEN', 'x']);
    expect(storage.journal).toEqual(['begin tnt_a', 'governance', 'fact', 'auditHead', 'ahead', 'appendAudit COMMITTED', 'commit']);
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('it cannot be read'))],
    ['throws at once', () => { throw new Error('it cannot be read'); }],
  ] as const)('fails the write where the handler waits for it and it %s, with its own error', async (_, ahead) => {
    const { registry, libraries, failures } = asking(ahead);
    expect(denialIn(await registry.execute('library.write', ADD)).code).toBe('INTERNAL');
    expect([failures, libraries.get('tnt_a')?.books]).toEqual([[new Error('it cannot be read')], []]);
  });

  test.each([
    ['allowed, and the handler does not wait for it', 'OPEN', 'COMMITTED'],
    ['refused', 'CLOSED', 'DENIED'],
  ] as const)('changes nothing by its failure where the write is %s', async (_, status, outcome) => {
    const { registry, storage, libraries, failures } = asking(() => Promise.reject(new Error('unheard')), { waits: false });
    libraries.set('tnt_a', { status, room: 10, books: [] });
    await registry.execute('library.write', ADD);
    // A rejection that nobody handled would fail this run: vitest counts them.
    expect([storage.entries.get('tnt_a')?.at(-1)?.outcome, failures]).toEqual([outcome, []]);
  });

  test('is nothing where its operation asks nothing', async () => {
    const operation = writeOperation<LibraryWriter>()({
      ...USUAL, ...EXEMPT, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.unknown(),
      run: async (call) => ok(['ahead' in call && call.ahead]),
    });
    expect(valueIn(await house({ operations: [addBook, operation] }).registry.execute('library.write', RUN))).toEqual([undefined]);
  });

  test('is asked again, behind all locks, where a rule in MONITOR has its facts read again one by one', async () => {
    const { registry, storage } = asking(async () => 'read', { faults: 2 });
    storage.settings.push({ invariantId: 'BI-BOOK-003', tenantId: null, mode: 'MONITOR', expiresAt: null });
    expect(valueIn(await registry.execute('library.write', ADD))).toBe('read');
    expect(storage.journal).toEqual([
      'begin tnt_a', 'governance', 'fact', 'auditHead', 'ahead', 'rollback',
      'begin tnt_a', 'governance', 'savepoint', 'savepoint', 'fact', 'auditHead', 'ahead', 'appendAudit COMMITTED', 'recordViolations', 'commit',
    ]);
  });
});
