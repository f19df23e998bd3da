import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StorageError, type Step } from '../../test/fixtures/journaled-storage.ts';
import { RUN, running } from '../../test/fixtures/running.ts';
import { addBook, admin, denialIn, house, operator, USUAL, valueIn, type LibraryWriter } from '../../test/fixtures/toy-library.ts';
import { fact } from './fact.ts';
import { transitionInvariant } from './invariant.ts';
import { MODES } from './mode.ts';
import { writeOperation } from './operation.ts';
import { ok } from './result.ts';

const add = { method: 'add', principal: admin, input: { title: 'x' }, requestId: 'req_1' };

describe('storage that fails', () => {
  const STEPS: readonly Step[] = ['begin', 'claimIdempotency', 'governance', 'auditHead', 'appendAudit', 'completeIdempotency', 'commit'];

  test.each(STEPS)('with a conflict is tried again, and the write happens once: %s', async (step) => {
    const { registry, storage, libraries, failures } = house();
    storage.fail(step, new StorageError('RETRY'), new StorageError('RETRY'));
    valueIn(await registry.execute('library.write', { ...add, idempotencyKey: 'once' }));
    expect(storage.journal.filter((noted) => noted === 'begin tnt_a')).toHaveLength(3);
    expect(libraries.get('tnt_a')?.books).toHaveLength(1);
    expect(storage.entries.get('tnt_a')?.slice(1).map(({ outcome }) => outcome)).toEqual(['COMMITTED']);
    expect(failures).toEqual([]);
  });

  test('with a conflict again and again is given up after four attempts: UNAVAILABLE', async () => {
    const { registry, storage, libraries } = house();
    storage.fail('commit', ...Array.from({ length: 10 }, () => new StorageError('RETRY')));
    expect(denialIn(await registry.execute('library.write', add))).toMatchObject({ code: 'UNAVAILABLE', status: 503, retryAfterSeconds: 1 });
    expect(storage.begun).toBe(4);
    expect(libraries.get('tnt_a')?.books).toEqual([]);
  });

  test.each(STEPS)('with an outage is UNAVAILABLE with a time to come back, never a verdict, and not tried again: %s', async (step) => {
    const { registry, storage, libraries, failures } = house();
    storage.fail(step, new StorageError('OUTAGE', 'hunter2'));
    const denial = denialIn(await registry.execute('library.write', { ...add, idempotencyKey: 'once' }));
    expect(denial).toEqual({
      code: 'UNAVAILABLE', status: 503, requestId: 'req_1', retryAfterSeconds: 1,
      detail: 'The database could not be asked, so there is no answer. Try again; a write under the same Idempotency-Key.',
    });
    expect(failures).toHaveLength(1);
    expect(libraries.get('tnt_a')?.books).toEqual([]);
    expect(storage.journal.filter((noted) => noted === 'begin tnt_a')).toHaveLength(1);
  });

  test('while a fact is read is an outage of the write, also where the rule is in MONITOR', async () => {
    for (const defaultMode of MODES) {
      const away = fact({ name: 'away', lock: 'none', resolve: (_library: LibraryWriter): Promise<number> => Promise.reject(new StorageError('OUTAGE')) });
      const rule = transitionInvariant({ id: 'BI-BOOK-003', guards: ['library.run'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [away], holds: () => true });
      const operation = writeOperation<LibraryWriter>()({
        ...USUAL, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.null(), invariants: [rule], subject: () => null, run: async () => ok(null),
      });
      const { registry, storage } = house({ operations: [operation], invariants: [rule] }, { defaultMode });
      expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('UNAVAILABLE');
      expect(storage.violations).toEqual([]);
    }
  });

  test('while a fact is read after the handler is an outage of the write too, and rolls it back', async () => {
    for (const defaultMode of MODES) {
      const away = fact({ name: 'away', lock: 'none', resolve: (_library: LibraryWriter): Promise<number> => Promise.reject(new StorageError('OUTAGE')) });
      const rule = transitionInvariant({ id: 'BI-BOOK-003', guards: ['library.run'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', phase: 'after', needs: [away], holds: () => true });
      const operation = writeOperation<LibraryWriter>()({
        ...USUAL, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.unknown(), invariants: [rule], subject: () => null,
        run: async ({ scope }) => ok(await scope.insert('x')),
      });
      const { registry, storage, libraries } = house({ operations: [operation], invariants: [rule] }, { defaultMode });
      expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('UNAVAILABLE');
      expect(libraries.get('tnt_a')?.books).toEqual([]);
      expect(storage.violations).toEqual([]);
    }
  });

  test('while a fact is read again with care, for a rule in MONITOR, is an outage of the write', async () => {
    const errors = [new Error('no'), new StorageError('OUTAGE')];
    const failing = fact({ name: 'failing', lock: 'none', resolve: (_library: LibraryWriter): Promise<number> => Promise.reject(errors.shift() ?? new Error('asked too often')) });
    const rule = transitionInvariant({ id: 'BI-BOOK-003', guards: ['library.run'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [failing], holds: () => true });
    const operation = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.null(), invariants: [rule], subject: () => null, run: async () => ok(null),
    });
    const { registry } = house({ operations: [operation], invariants: [rule] }, { defaultMode: 'MONITOR' });
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('UNAVAILABLE');
    expect(errors).toEqual([]);
  });

  test('while a fact is read with a conflict is tried again', async () => {
    let tries = 0;
    const contended = fact({ name: 'status', lock: 'share', resolve: (_library: LibraryWriter) => ((tries += 1) < 3 ? Promise.reject(new StorageError('RETRY')) : Promise.resolve(tries)) });
    const rule = transitionInvariant({ id: 'BI-BOOK-003', guards: ['library.run'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [contended], holds: () => true });
    const operation = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.number(), invariants: [rule], subject: () => null, run: async ({ facts }) => ok(facts.status),
    });
    const { registry } = house({ operations: [operation], invariants: [rule] });
    expect(valueIn(await registry.execute('library.write', RUN))).toBe(3);
  });

  test('with a bug before the commit is INTERNAL, rolled back, with a FAILED entry', async () => {
    for (const step of STEPS.slice(0, -1)) {
      const { registry, storage, libraries } = house();
      storage.fail(step, new Error('hunter2'));
      expect(denialIn(await registry.execute('library.write', { ...add, idempotencyKey: 'once' })).code).toBe('INTERNAL');
      expect(libraries.get('tnt_a')?.books).toEqual([]);
      expect(storage.entries.get('tnt_a')?.slice(1).map(({ outcome }) => outcome)).toEqual(['FAILED']);
    }
  });

  test.each([
    ['a postcondition', 'after'],
    ['a rule before the handler', 'before'],
  ] as const)('with a conflict begins anew: what %s found in the attempt that was rolled back is not on record', async (_what, phase) => {
    const rule = transitionInvariant({ id: 'BI-BOOK-003', guards: ['library.run'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [], phase, holds: () => 'it is lent' });
    const operation = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.null(), invariants: [rule], subject: () => null, run: async () => ok(null),
    });
    const { registry, storage } = house({ operations: [operation], invariants: [rule] }, { defaultMode: 'MONITOR' });
    // The first attempt is judged and meets a conflict; the second has a bug before it is judged.
    storage.fail('commit', new StorageError('RETRY'));
    storage.fail('begin', null, new Error('hunter2'));
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('INTERNAL');
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({ outcome: 'FAILED', invariants: [] });
    expect(storage.violations).toEqual([]);
  });

  test('at the commit in a way that it cannot name leaves the outcome open: UNAVAILABLE, and nobody writes that it failed', async () => {
    const { registry, storage, failures } = house();
    storage.fail('commit', new Error('hunter2'));
    expect(denialIn(await registry.execute('library.write', add)).code).toBe('UNAVAILABLE');
    expect(storage.entries.get('tnt_a')).toHaveLength(1);
    expect(failures.map(String)).toEqual(['CommitUncertain: the commit failed, and whether it holds is not known']);
    expect(failures).toEqual([expect.objectContaining({ cause: new Error('hunter2') })]);
  });
});

describe('a transaction is rolled back to the end before anything else is done', () => {
  const begunAgain = ['rollback', 'rolled back', 'begin tnt_a'];

  /** The house, with storage that needs a while to roll back. */
  function slowly(...[definitions, options]: Parameters<typeof house>) {
    const built = house(definitions, options);
    const { storage } = built;
    const begin = storage.begin.bind(storage);
    storage.begin = async (tenantId) => {
      const tx = await begin(tenantId);
      return {
        ...tx,
        rollback: async () => {
          await tx.rollback();
          await new Promise((resolve) => { setTimeout(resolve, 2); });
          storage.journal.push('rolled back');
        },
      };
    };
    /** The steps from the first rollback on, as many as are asked for. */
    const fromRollback = (count: number): readonly string[] => storage.journal.slice(storage.journal.indexOf('rollback')).slice(0, count);
    return { ...built, fromRollback };
  }

  test('where the write is denied: its record comes after', async () => {
    const { registry, libraries, fromRollback } = slowly();
    libraries.set('tnt_a', { status: 'CLOSED', room: 0, books: [] });
    expect(denialIn(await registry.execute('library.write', add)).code).toBe('INVARIANT_VIOLATION');
    expect(fromRollback(3)).toEqual(begunAgain);
  });

  test('where a fact must be read with care: the careful attempt comes after', async () => {
    const failing = fact({ name: 'failing', lock: 'none', resolve: (_library: LibraryWriter): Promise<number> => Promise.reject(new Error('no')) });
    const rule = transitionInvariant({ id: 'BI-BOOK-003', guards: ['library.run'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [failing], holds: () => true });
    const operation = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.null(), invariants: [rule], subject: () => null, run: async () => ok(null),
    });
    const { registry, fromRollback } = slowly({ operations: [operation], invariants: [rule] }, { defaultMode: 'MONITOR' });
    valueIn(await registry.execute('library.write', RUN));
    expect(fromRollback(3)).toEqual(begunAgain);
  });

  test('where the write fails: the record of its failure comes after', async () => {
    const { registry, fromRollback } = slowly({ operations: [addBook, running(async () => { throw new Error('x'); })] });
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('INTERNAL');
    expect(fromRollback(3)).toEqual(begunAgain);
  });

  test('where an outage ends the write: the answer comes after', async () => {
    const { registry, storage, fromRollback } = slowly();
    storage.fail('appendAudit', new StorageError('OUTAGE'));
    expect(denialIn(await registry.execute('library.write', add)).code).toBe('UNAVAILABLE');
    expect(fromRollback(3)).toEqual(['rollback', 'rolled back']);
  });

  test('where a denial has no chain of its own: its record on the platform\'s comes after', async () => {
    const { registry, fromRollback } = slowly();
    expect(denialIn(await registry.execute('library.write', { ...add, principal: operator, tenantId: 'tnt_nobody', input: {} })).code).toBe('INVALID_INPUT');
    expect(fromRollback(3)).toEqual(['rollback', 'rolled back', 'begin platform']);
  });

  test('where the record of a denial fails: the answer comes after', async () => {
    const { registry, storage, fromRollback } = slowly();
    storage.fail('appendAudit', new StorageError('OUTAGE'));
    expect(denialIn(await registry.execute('library.write', { ...add, input: {} })).code).toBe('UNAVAILABLE');
    expect(fromRollback(3)).toEqual(['rollback', 'rolled back']);
  });
});

describe('a refusal that cannot be recorded', () => {
  const closed = () => {
    const built = house();
    built.libraries.set('tnt_a', { status: 'CLOSED', room: 0, books: [] });
    return built;
  };

  test.each(['OUTAGE', 'BUG'] as const)('is no verdict but UNAVAILABLE, and the log learns of it: %s', async (classified) => {
    const { registry, storage, failures } = closed();
    const error = new StorageError(classified);
    // The write's own transaction begins; the record's does not.
    storage.fail('begin', null, error);
    expect(denialIn(await registry.execute('library.write', add))).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    expect(failures).toEqual([error]);
  });

  test.each(['appendAudit', 'recordViolations', 'commit'] as const)('because %s failed is rolled back whole', async (step) => {
    const { registry, storage } = closed();
    storage.fail(step, new Error('no ink'));
    expect(denialIn(await registry.execute('library.write', add)).code).toBe('UNAVAILABLE');
    expect(storage.journal.at(-1)).toBe('rollback');
    expect(storage.entries.get('tnt_a')).toHaveLength(1);
    expect(storage.violations).toEqual([]);
  });

  test('on the chain of a tenant that has none goes on the platform\'s, at the next attempt where that meets a conflict', async () => {
    const { registry, storage } = house();
    storage.fail('appendAudit', new StorageError('RETRY'));
    expect(denialIn(await registry.execute('library.write', { ...add, principal: operator, tenantId: 'tnt_nobody', input: {} })).code).toBe('INVALID_INPUT');
    expect(storage.journal).toEqual([
      'begin tnt_nobody', 'auditHead', 'rollback',
      'begin platform', 'auditHead', 'appendAudit DENIED', 'commit', 'rollback',
      'begin platform', 'auditHead', 'appendAudit DENIED', 'commit',
    ]);
  });

  test('at first, because of a conflict, is recorded at the next attempt', async () => {
    const { registry, storage } = closed();
    storage.fail('appendAudit', new StorageError('RETRY'));
    expect(denialIn(await registry.execute('library.write', add)).code).toBe('INVARIANT_VIOLATION');
    expect(storage.entries.get('tnt_a')?.slice(1).map(({ outcome }) => outcome)).toEqual(['DENIED']);
    expect(storage.violations).toHaveLength(2);
  });

  test('of authority or input is no verdict either', async () => {
    for (const call of [{ ...add, input: {} }, { ...add, tenantId: 'tnt_b' }, { ...add, principal: { ...admin, permissions: new Set<string>() } }]) {
      const { registry, storage } = house();
      storage.fail('begin', new StorageError('OUTAGE'));
      expect(denialIn(await registry.execute('library.write', call)).code).toBe('UNAVAILABLE');
    }
  });

  test('because the failure of a bug cannot be written stays INTERNAL; the log learns both', async () => {
    const { registry, storage, failures } = house({ operations: [addBook, running(async () => { throw new Error('first'); })] });
    storage.fail('begin', null, new StorageError('OUTAGE', 'second'));
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('INTERNAL');
    expect(failures.map((error) => (error as Error).message)).toEqual(['first', 'second']);
  });
});
