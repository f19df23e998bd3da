import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StorageError } from '../../test/fixtures/journaled-storage.ts';
import { EXEMPT, RUN, running } from '../../test/fixtures/running.ts';
import { addBook, count, denialIn, house, USUAL, valueIn, type LibraryWriter } from '../../test/fixtures/toy-library.ts';
import { transitionInvariant } from './invariant.ts';
import { writeOperation } from './operation.ts';
import type { OutboxEvent } from './outbox-event.ts';
import { ok, okUnderway, reject, type Outcome } from './result.ts';

const told = (type: string): OutboxEvent => ({ type, payload: { list: [1] } });
const SEALED = 'sealed-text-that-no-answer-holds';

/** A write that tells by its definition and by its handler, or ends otherwise. */
const telling = (run: () => Promise<Outcome<{ id: string }, 'NO'>>) =>
  writeOperation<LibraryWriter>()({
    ...USUAL, ...EXEMPT, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.object({ id: z.string() }),
    rejections: { NO: { status: 409, title: 'No' } },
    events: (_request, { id }) => [told(`first of ${id}`), told('second')],
    run,
  });
const good = async (): Promise<Outcome<{ id: string }, 'NO'>> => ok({ id: 'a' }, [{ type: 'third', payload: { token: SEALED } }]);

describe('the events of a write', () => {
  test("are those of its definition, then its handler's own, under the number and time of its audit entry", async () => {
    const { registry, storage } = house({ operations: [addBook, telling(good)] });
    valueIn(await registry.execute('library.write', RUN));
    const entry = storage.entries.get('tnt_a')?.at(-1);
    expect(storage.events.map(({ type, seq, requestId, at }) => [type, seq, requestId, at])).toEqual(
      ['first of a', 'second', 'third'].map((type) => [type, entry?.seq, entry?.requestId, entry?.at]),
    );
    valueIn(await registry.execute('library.write', RUN));
    expect(storage.events.map(({ seq }) => seq)).toEqual([2, 2, 2, 3, 3, 3]);
  });

  test("go out after the audit entry and before the commit, in one call", async () => {
    const { registry, storage } = house({ operations: [addBook, telling(good)] });
    valueIn(await registry.execute('library.write', RUN));
    expect(storage.journal.slice(-3)).toEqual(['appendAudit COMMITTED', 'appendEvents', 'commit']);
  });

  test('that the handler alone knows stand in no answer, and in no replay', async () => {
    const { registry, storage } = house({ operations: [addBook, telling(good)] });
    const first = await registry.execute('library.write', { ...RUN, idempotencyKey: 'once' });
    const again = await registry.execute('library.write', { ...RUN, idempotencyKey: 'once' });
    expect(JSON.stringify([first, again, storage.entries.get('tnt_a'), [...storage.idempotency.values()]])).not.toContain(SEALED);
    expect(storage.events).toHaveLength(3);
    expect(JSON.stringify(storage.events)).toContain(SEALED);
  });

  test('cannot be changed once the handler has told them', async () => {
    const mine = [{ type: 'third', payload: { list: [1] } }];
    const { registry } = house({ operations: [addBook, telling(async () => ok({ id: 'a' }, mine))] });
    valueIn(await registry.execute('library.write', RUN));
    expect([Object.isFrozen(mine), Object.isFrozen(mine[0]?.payload.list)]).toEqual([true, true]);
  });

  test('none are told where the handler tells none', async () => {
    const silent = writeOperation<LibraryWriter>()({
      ...USUAL, ...EXEMPT, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.null(), run: async () => ok(null, []),
    });
    const { registry, storage } = house({ operations: [addBook, silent] });
    valueIn(await registry.execute('library.write', RUN));
    expect(storage.journal).not.toContain('appendEvents');
  });

  test.each([
    ['rejected', async () => reject('NO', 'no')],
    ['failed', async () => Promise.reject(new Error('bug'))],
  ] as const)('none are told where the write was %s', async (_, run) => {
    const { registry, storage } = house({ operations: [addBook, telling(run)] });
    denialIn(await registry.execute('library.write', RUN));
    expect([storage.events, storage.journal.includes('appendEvents')]).toEqual([[], false]);
  });

  test('none are told where a postcondition does not hold', async () => {
    const never = transitionInvariant({
      id: 'BI-BOOK-009', guards: ['library.run'], severity: 'CRITICAL', status: 409, condition: 'c', remediation: 'r', phase: 'after', needs: [count], holds: () => 'it does not hold',
    });
    const { exemption: _, ...guarded } = telling(good);
    const { registry, storage } = house({ operations: [{ ...guarded, invariants: [never] }], invariants: [never] });
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('INVARIANT_VIOLATION');
    expect(storage.events).toEqual([]);
  });

  test('that storage could not take undo the write, and are told once where it is tried again', async () => {
    const { registry, storage } = house({ operations: [addBook, telling(good)] });
    storage.fail('appendEvents', new StorageError('RETRY'));
    valueIn(await registry.execute('library.write', RUN));
    expect(storage.events).toHaveLength(3);
    storage.fail('appendEvents', new StorageError('BUG'));
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('INTERNAL');
    expect(storage.events).toHaveLength(3);
    expect(storage.entries.get('tnt_a')?.map(({ outcome }) => outcome)).toEqual(['COMMITTED', 'COMMITTED', 'FAILED']);
  });
});

describe('what a handler has sent and not waited for', () => {
  const later = async (fault: Error): Promise<never> => {
    await Promise.resolve();
    throw fault;
  };
  /** A handler that writes a book, and leaves the rest to the commit. */
  const leaving = (...underway: (() => Promise<unknown>)[]) =>
    running(async (scope) => okUnderway(null, [], [scope.insert('x'), ...underway.map((send) => send())]));

  test('is committed with its record', async () => {
    const { registry, storage, libraries } = house({ operations: [addBook, leaving()] });
    valueIn(await registry.execute('library.write', RUN));
    expect(libraries.get('tnt_a')?.books).toHaveLength(1);
    expect(storage.journal).toEqual(['begin tnt_a', 'governance', 'auditHead', 'appendAudit COMMITTED', 'commit']);
  });

  test('undoes the write where it fails: nothing of it is left, and its own error is told', async () => {
    const error = new Error('the database has refused it');
    const { registry, storage, libraries, failures } = house({ operations: [addBook, leaving(() => later(error))] });
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('INTERNAL');
    expect([failures, libraries.get('tnt_a')?.books]).toEqual([[error], []]);
    expect(storage.entries.get('tnt_a')?.map(({ outcome }) => outcome)).toEqual(['COMMITTED', 'FAILED']);
  });

  test('is told before what fails because of it, in the order of sending', async () => {
    const [first, second] = [new Error('first'), new Error('second')];
    const { registry, storage, failures } = house({ operations: [addBook, leaving(() => later(first), () => Promise.reject(second))] });
    storage.fail('appendAudit', new Error('the transaction is aborted'));
    denialIn(await registry.execute('library.write', RUN));
    expect(failures).toEqual([first]);
  });

  test('is an outage where storage says so, and tried again where it may succeed now', async () => {
    const faults = [new StorageError('OUTAGE'), new StorageError('RETRY')];
    const { registry, libraries } = house({ operations: [addBook, leaving(() => (faults.length > 0 ? later(faults.shift() as Error) : Promise.resolve()))] });
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('UNAVAILABLE');
    valueIn(await registry.execute('library.write', RUN));
    expect([faults, libraries.get('tnt_a')?.books.length]).toEqual([[], 1]);
  });

  test('has been answered before postconditions are judged, and fails with its own error', async () => {
    const judged: number[] = [];
    const full = transitionInvariant({
      id: 'BI-BOOK-009', guards: ['library.run'], severity: 'CRITICAL', status: 409, condition: 'c', remediation: 'r', phase: 'after', needs: [count],
      holds: ({ count: found }): true => {
        judged.push(found);
        return true;
      },
    });
    const faults = [new Error('the database has refused it')];
    // The one behind it fails because of it, and says so sooner.
    const { exemption: _, ...guarded } = leaving(
      () => (faults.length > 0 ? later(faults[0] as Error) : Promise.resolve()),
      () => (faults.shift() === undefined ? Promise.resolve() : Promise.reject(new Error('the transaction is aborted'))),
    );
    const { registry, failures } = house({ operations: [{ ...guarded, invariants: [full] }], invariants: [full] });
    denialIn(await registry.execute('library.write', RUN));
    expect([failures, judged]).toEqual([[new Error('the database has refused it')], []]);
    valueIn(await registry.execute('library.write', RUN));
    expect(judged).toEqual([1]);
  });

  test('that fails beside a handler\'s bug ends no process: the bug is told', async () => {
    const bug = new Error('bug');
    const operation = { ...leaving(() => later(new Error('unheard'))), events: (): never => { throw bug; } };
    const { registry, failures } = house({ operations: [addBook, operation] });
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('INTERNAL');
    // A rejection that nobody handled would fail this run: vitest counts them.
    expect(failures).toEqual([bug]);
  });

  test('that fails where storage does not know whether the commit holds leaves that open: nobody is told that the write failed', async () => {
    const { registry, storage, libraries, failures } = house({ operations: [addBook, leaving(() => later(new Error('too late')))] });
    const begin = storage.begin.bind(storage);
    const unknown = new StorageError('OUTAGE');
    storage.begin = async (tenantId) => {
      const tx = await begin(tenantId);
      return { ...tx, commit: () => tx.commit().then(() => Promise.reject(unknown)) };
    };
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('UNAVAILABLE');
    expect(libraries.get('tnt_a')?.books).toHaveLength(1);
    expect(storage.entries.get('tnt_a')?.map(({ outcome }) => outcome)).toEqual(['COMMITTED', 'COMMITTED']);
    expect(failures).toEqual([unknown]);
  });

  test('that fails where the commit did not learn of it has undone nothing: nobody is told that the write failed', async () => {
    const { registry, storage, libraries, failures } = house({ operations: [addBook, leaving(() => later(new Error('too late')))] });
    const begin = storage.begin.bind(storage);
    storage.begin = async (tenantId) => {
      const tx = await begin(tenantId);
      return { ...tx, commit: () => tx.commit() };
    };
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('UNAVAILABLE');
    expect(libraries.get('tnt_a')?.books).toHaveLength(1);
    expect(storage.entries.get('tnt_a')?.map(({ outcome }) => outcome)).toEqual(['COMMITTED', 'COMMITTED']);
    expect(failures).toMatchObject([{ name: 'CommitUncertain', cause: new Error('too late') }]);
  });
});
