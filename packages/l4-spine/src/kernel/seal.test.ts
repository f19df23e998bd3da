import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StorageError } from '../../test/fixtures/journaled-storage.ts';
import { EXEMPT, RUN } from '../../test/fixtures/running.ts';
import { addBook, count, denialIn, house, USUAL, valueIn, type LibraryWriter } from '../../test/fixtures/toy-library.ts';
import { transitionInvariant } from './invariant.ts';
import { writeOperation } from './operation.ts';
import type { OutboxEvent } from './outbox-event.ts';
import { ok, reject, type Outcome } from './result.ts';

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
