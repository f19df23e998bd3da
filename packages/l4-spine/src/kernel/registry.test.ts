import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  addBook, admin, count, denialIn, house, libraryStorage, LOCK_ORDER, openLibrary, roomLeft, status, USUAL, valueIn,
  type LibraryReader, type LibraryWriter,
} from '../../test/fixtures/toy-library.ts';
import { fact } from './fact.ts';
import { stateInvariant, transitionInvariant, type AnyInvariant } from './invariant.ts';
import { decideAheadOperation, decideOperation, readOperation, writeOperation, type AnyOperation } from './operation.ts';
import { RegistryError } from './plan.ts';
import { Registry } from './registry.ts';
import { ok } from './result.ts';

const empty = (): Registry<LibraryWriter, LibraryReader, LibraryReader> =>
  new Registry({ storage: libraryStorage(new Map()), lockOrder: LOCK_ORDER, newViolationId: () => 'vio_1', fingerprints: (request) => [request], reporter: { failure: () => {} } });

const faultsOnFreeze = (operations: readonly AnyOperation[], invariants: readonly AnyInvariant[]): string => {
  try {
    empty().register({ operations, invariants }).freeze();
  } catch (error) {
    if (error instanceof RegistryError) return error.message;
    throw error;
  }
  return '';
};

const usual = { ...USUAL, input: z.strictObject({}), output: z.null(), subject: () => null, run: async () => ok(null) };
const needsNothing = { severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [], holds: (): true => true } as const;

describe('registration', () => {
  test('an operation registered twice is an error that names both places', () => {
    const again = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'add'], anchor: 'book.add', invariants: [openLibrary, roomLeft] });
    const registry = empty().register({ operations: [addBook] });
    expect(() => registry.register({ operations: [again] })).toThrow(RegistryError);
    expect(() => registry.register({ operations: [again] })).toThrow(/library\.write add is registered twice: .*toy-library\.ts:\d+ and at .*registry\.test\.ts:\d+/);
  });

  test('an invariant id registered twice is an error that names both places', () => {
    const again = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-001', guards: ['book.add'] });
    const registry = empty().register({ invariants: [openLibrary] });
    expect(() => registry.register({ invariants: [again] })).toThrow(/BI-BOOK-001 is registered twice: .*toy-library\.ts:\d+ and at .*registry\.test\.ts:\d+/);
  });

  test('the same operation given twice is registered twice all the same', () => {
    expect(() => empty().register({ operations: [addBook, addBook] })).toThrow(/registered twice/);
  });

  test('one method on two addresses is two operations', () => {
    const list = readOperation<LibraryReader>()({ ...usual, address: ['library.query', 'list'], anchor: null });
    const listOnWrites = readOperation<LibraryReader>()({ ...usual, address: ['library.write', 'list'], anchor: null });
    expect(empty().register({ operations: [list, listOnWrites] }).freeze().describe()).toHaveLength(2);
  });

  test('nothing can be registered after freeze, not even nothing', () => {
    const { registry } = house();
    expect(() => registry.register({ operations: [addBook] })).toThrow(/frozen/);
    expect(() => registry.register({})).toThrow(/frozen/);
  });

  test('nothing can be executed before freeze: it rejects, it does not answer', async () => {
    const registry = empty().register({ operations: [addBook], invariants: [openLibrary, roomLeft] });
    const refused: unknown = await registry.execute('library.write', { method: 'add', principal: admin, input: { title: 'x' } }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RegistryError);
    expect(String(refused)).toBe('RegistryError: The registry is not frozen yet: call freeze() once everything is registered.');
  });

  test('a definition cannot be changed once it is registered', () => {
    const operation = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'shut'], anchor: 'library.shut', invariants: [], exemption: { reason: 'a toy' } });
    empty().register({ operations: [operation] });
    expect(() => Object.assign(operation, { permission: null })).toThrow(TypeError);
    const invariant = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-009', guards: ['library.shut'] });
    empty().register({ invariants: [invariant] });
    expect(() => Object.assign(invariant, { holds: () => true })).toThrow(TypeError);
  });

  test('freezing twice is freezing once', () => {
    const { registry } = house();
    expect(registry.freeze()).toBe(registry);
  });
});

describe('freeze finds', () => {
  const bring = (name: string, lock: 'share' | 'none') => fact({ name, lock, resolve: async (_library: LibraryWriter) => 1 });

  test('nothing in sound definitions', () => {
    expect(faultsOnFreeze([addBook], [openLibrary, roomLeft])).toBe('');
  });

  test('an invariant that guards an anchor of no write', () => {
    const orphan = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-009', guards: ['book.burn'] });
    expect(faultsOnFreeze([addBook], [openLibrary, roomLeft, orphan])).toMatch(/BI-BOOK-009 \(.*registry\.test\.ts:\d+\) guards book\.burn, which no registered operation has/);
  });

  test('a read that leaves out an invariant which guards its anchor', () => {
    const list = readOperation<LibraryReader>()({ ...usual, address: ['library.query', 'list'], anchor: 'book.list' });
    const orphan = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-009', guards: ['book.list'] });
    expect(faultsOnFreeze([list], [orphan])).toMatch(/library\.query list \(.*\) has the anchor book\.list and leaves out BI-BOOK-009/);
  });

  test('an invariant that guards nothing', () => {
    expect(faultsOnFreeze([], [transitionInvariant({ ...needsNothing, id: 'BI-BOOK-009', guards: [] })])).toMatch(/guards nothing/);
  });

  test('a write without invariants and without an exemption', () => {
    const unguarded = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'shut'], anchor: 'library.shut', invariants: [] });
    expect(faultsOnFreeze([unguarded], [])).toMatch(/library\.write shut \(.*\) is guarded by no invariant/);
  });

  test('an exemption without a reason', () => {
    const unguarded = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'shut'], anchor: 'library.shut', invariants: [], exemption: { reason: '  ' } });
    expect(faultsOnFreeze([unguarded], [])).toMatch(/is guarded by no invariant/);
  });

  test('a write that is guarded and exempt at once', () => {
    const both = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'add'], anchor: 'book.add', invariants: [openLibrary], exemption: { reason: 'x' } });
    expect(faultsOnFreeze([both], [openLibrary])).toMatch(/guarded and exempt at once/);
  });

  test('a write that leaves out an invariant of its anchor', () => {
    const forgetful = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'smuggle'], anchor: 'book.add', invariants: [openLibrary] });
    expect(faultsOnFreeze([addBook, forgetful], [openLibrary, roomLeft])).toMatch(/library\.write smuggle \(.*\) has the anchor book\.add and leaves out BI-BOOK-002/);
  });

  test('a write guarded by an invariant that is not registered', () => {
    expect(faultsOnFreeze([addBook], [openLibrary])).toMatch(/library\.write add \(.*\) is guarded by BI-BOOK-002 \(.*\), which is not registered/);
  });

  test('a write guarded by a namesake of the registered invariant', () => {
    const namesake = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-001', guards: ['book.add'] });
    expect(faultsOnFreeze([addBook], [namesake, roomLeft])).toMatch(/is guarded by BI-BOOK-001 \(.*toy-library\.ts:\d+\), which is not registered/);
  });

  test('a write guarded by an invariant of another anchor, where the types were got around', () => {
    const other = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-003', guards: ['book.lend'] });
    // The types refuse this; a definition that was cast must not get further.
    const wrong = { ...addBook, address: ['library.write', 'wrong'], invariants: [other] } as unknown as AnyOperation;
    expect(faultsOnFreeze([wrong], [other])).toMatch(/has the anchor book\.add, which BI-BOOK-003 \(.*\) does not guard/);
  });

  test('a write that names an invariant twice', () => {
    const twice = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'add'], anchor: 'book.add', invariants: [openLibrary, openLibrary] });
    expect(faultsOnFreeze([twice], [openLibrary])).toMatch(/names an invariant twice/);
  });

  test('two facts of one name among the invariants of a write', () => {
    const first = stateInvariant({ ...needsNothing, id: 'BI-BOOK-003', guards: ['book.add'], needs: [bring('shelf', 'none')], scan: async () => [] });
    const second = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-004', guards: ['book.add'], needs: [bring('shelf', 'none')] });
    const operation = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'add'], anchor: 'book.add', invariants: [first, second] });
    expect(faultsOnFreeze([operation], [first, second])).toMatch(/two different facts named shelf/);
  });

  test('two facts of one name in a before and an after invariant', () => {
    const first = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-003', guards: ['book.add'], needs: [bring('shelf', 'none')] });
    const second = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-004', guards: ['book.add'], needs: [bring('shelf', 'none')], phase: 'after' });
    const operation = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'add'], anchor: 'book.add', invariants: [first, second] });
    expect(faultsOnFreeze([operation], [first, second])).toMatch(/two different facts named shelf/);
  });

  test('a lock that the lock order does not place, and no such fault in a fact without a lock', () => {
    const locked = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-003', guards: ['book.add'], needs: [bring('shelf', 'share'), bring('label', 'none')] });
    const operation = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'add'], anchor: 'book.add', invariants: [locked] });
    const faults = faultsOnFreeze([operation], [locked]);
    expect(faults).toMatch(/the fact shelf takes a lock, but the lock order does not place it/);
    expect(faults).not.toMatch(/label/);
  });

  test('events where the storage has no outbox', () => {
    const telling = writeOperation<LibraryWriter>()({
      ...usual, address: ['library.write', 'shut'], anchor: 'library.shut', invariants: [], exemption: { reason: 'a toy' }, events: () => [],
    });
    const { begin, read, decide, classify } = libraryStorage(new Map());
    const registry = new Registry({ storage: { begin, read, decide, classify }, lockOrder: [], newViolationId: () => '', fingerprints: (request) => [request], reporter: { failure: () => {} } });
    const silent = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'hush'], anchor: 'library.hush', invariants: [], exemption: { reason: 'a toy' } });
    registry.register({ operations: [telling, silent] });
    expect(() => registry.freeze()).toThrow(/library\.write shut \(.*\) tells events, but the storage has no outbox/);
    // One that tells none needs none.
    expect(() => registry.freeze()).not.toThrow(/library\.write hush/);
    expect(faultsOnFreeze([telling], [])).toBe('');
  });

  test('a write or a read without planes, and no fault in an open decision', () => {
    const shut = writeOperation<LibraryWriter>()({ ...usual, planes: [], address: ['library.write', 'shut'], anchor: 'library.shut', invariants: [], exemption: { reason: 'a toy' } });
    const list = readOperation<LibraryReader>()({ ...usual, planes: [], address: ['library.query', 'list'], anchor: null });
    const enter = decideOperation<LibraryReader>()({ ...usual, planes: [], address: ['library.query', 'enter'] });
    const faults = faultsOnFreeze([shut, list, enter], []);
    expect(faults).toMatch(/library\.write shut \(.*\) names no plane/);
    expect(faults).toMatch(/library\.query list \(.*\) names no plane/);
    expect(faults).not.toMatch(/library\.query enter/);
  });

  test('a write on an address that does not end in .write, where the types were got around', () => {
    const wrong = { ...addBook, address: ['library.query', 'add'] } as unknown as AnyOperation;
    expect(faultsOnFreeze([wrong], [openLibrary, roomLeft])).toMatch(/is a write on an address that does not end in \.write/);
  });

  test('an input that lets unknown keys through, in every kind of operation', () => {
    const lenient = z.object({ title: z.string(), author: z.looseObject({}) });
    const shut = writeOperation<LibraryWriter>()({
      ...usual, input: lenient, address: ['library.write', 'shut'], anchor: 'library.shut', invariants: [], exemption: { reason: 'a toy' },
    });
    const list = readOperation<LibraryReader>()({ ...usual, input: lenient, address: ['library.query', 'list'], anchor: null });
    const enter = decideOperation<LibraryReader>()({ ...usual, input: lenient, address: ['library.query', 'enter'] });
    for (const operation of [shut, list, enter]) {
      const faults = faultsOnFreeze([operation], []);
      expect(faults).toMatch(/takes unknown keys in its input\. Use/);
      expect(faults).toMatch(/takes unknown keys in its input at \/author\. Use/);
    }
  });

  test('all faults at once, each on its own line', () => {
    const orphan = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-009', guards: ['book.burn'] });
    const locked = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-003', guards: ['book.add'], needs: [bring('shelf', 'share')] });
    const forgetful = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'smuggle'], anchor: 'book.add', invariants: [locked] });
    const unguarded = writeOperation<LibraryWriter>()({ ...usual, planes: [], address: ['library.write', 'shut'], anchor: 'library.shut', invariants: [] });
    const lines = faultsOnFreeze([addBook, forgetful, unguarded], [openLibrary, orphan, locked]).split('\n').slice(1);
    expect(lines.map((line) => line.replaceAll(/ \([^)]*\)/g, ''))).toEqual([
      '- library.write shut names no plane: nobody could ever use it.',
      '- library.write add is guarded by BI-BOOK-002, which is not registered.',
      '- library.write smuggle: the fact shelf takes a lock, but the lock order does not place it. Add it to the lock order.',
      '- library.write shut is guarded by no invariant. Give it one, or an exemption with its reason.',
      '- library.write smuggle has the anchor book.add and leaves out BI-BOOK-001, which guards it.',
      '- BI-BOOK-009 guards book.burn, which no registered operation has as its anchor.',
      '- library.write add has the anchor book.add and leaves out BI-BOOK-003, which guards it.',
    ]);
  });

  test('and leaves the registry open, so that the faults can be mended', () => {
    const registry = empty().register({ operations: [addBook], invariants: [openLibrary] });
    expect(() => registry.freeze()).toThrow(RegistryError);
    registry.register({ invariants: [roomLeft] });
    expect(() => registry.freeze()).not.toThrow();
  });
});

describe('the live catalogue', () => {
  test('shows every operation in the order of registration, with its invariants or its exemption', () => {
    const shut = writeOperation<LibraryWriter>()({ ...usual, address: ['library.write', 'shut'], anchor: 'library.shut', invariants: [], exemption: { reason: 'a toy' } });
    const enter = decideOperation<LibraryReader>()({ ...usual, planes: [], permission: null, address: ['library.query', 'enter'] });
    const look = readOperation<LibraryReader>()({ ...usual, address: ['library.query', 'look'], anchor: null });
    const ask = decideAheadOperation<LibraryReader, LibraryReader>()({ ...usual, planes: [], permission: null, address: ['library.query', 'ask'], ahead: async () => null });
    const { registry } = house({ operations: [addBook, shut, enter, look, ask] });
    expect(registry.describe()).toEqual([
      { address: 'library.write', method: 'add', kind: 'write', anchor: 'book.add', planes: ['cus', 'fdr'], permission: 'books.write', summary: 'A toy', invariants: ['BI-BOOK-001', 'BI-BOOK-002'] },
      { address: 'library.write', method: 'shut', kind: 'write', anchor: 'library.shut', planes: ['cus', 'fdr'], permission: 'books.write', summary: 'A toy', invariants: [], exemption: 'a toy' },
      { address: 'library.query', method: 'enter', kind: 'decide', anchor: null, planes: [], permission: null, summary: 'A toy', invariants: [] },
      { address: 'library.query', method: 'look', kind: 'read', anchor: null, planes: ['cus', 'fdr'], permission: 'books.write', summary: 'A toy', invariants: [] },
      { address: 'library.query', method: 'ask', kind: 'decide', anchor: null, planes: [], permission: null, summary: 'A toy', invariants: [] },
    ]);
    expect(registry.operation('library.write', 'add')).toBe(addBook);
    expect(registry.operation('library.write', 'burn')).toBeUndefined();
  });
});

describe('execute', () => {
  test.each([['library.write', 'burn'], ['library.query', 'add'], ['nothing', 'add'], ['library.write', 'constructor'], ['__proto__', 'add']])(
    'an address nobody registered is UNKNOWN_OPERATION, and nothing is begun: %s %s',
    async (address, method) => {
      const { registry, storage } = house();
      const denial = denialIn(await registry.execute(address, { method, principal: admin, input: {}, requestId: 'req_1' }));
      expect(denial).toEqual({ code: 'UNKNOWN_OPERATION', status: 404, detail: 'There is no such operation.', requestId: 'req_1' });
      expect(storage.begun).toBe(0);
    },
  );

  test('a call without a request id gets one, which its audit entry carries', async () => {
    const { registry, storage } = house();
    const result = await registry.execute('library.write', { method: 'add', principal: admin, input: { title: 'x' } });
    expect(valueIn(result)).toEqual({ id: 'book_1', title: 'x' });
    expect(result.ok && result.requestId).toMatch(/^[\da-f-]{36}$/);
    expect(storage.entries.get('tnt_a')?.at(-1)?.requestId).toBe(result.ok && result.requestId);
  });

  test('a registry that is given no clock goes by the system\'s', async () => {
    const storage = libraryStorage(new Map([['tnt_a', { status: 'OPEN', room: 1, books: [] }]]));
    const registry = new Registry<LibraryWriter, LibraryReader, LibraryReader>({ storage, lockOrder: LOCK_ORDER, newViolationId: () => 'vio_1', fingerprints: (request) => [request], reporter: { failure: () => {} } });
    registry.register({ operations: [addBook], invariants: [openLibrary, roomLeft] }).freeze();
    const before = Date.now();
    valueIn(await registry.execute('library.write', { method: 'add', principal: admin, input: { title: 'x' } }));
    const at = storage.entries.get('tnt_a')?.at(-1)?.at.getTime() ?? 0;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  test('its moment is what storage says of it, and nobody knows it where storage says nothing', () => {
    let sent = 7;
    const options = { lockOrder: LOCK_ORDER, newViolationId: () => 'vio_1', fingerprints: (request: string): readonly [string] => [request], reporter: { failure: () => {} } };
    const registry = new Registry<LibraryWriter, LibraryReader, LibraryReader>({ ...options, storage: Object.assign(libraryStorage(new Map()), { moment: () => sent }) });
    expect(registry.moment()).toBe(7);
    sent = 0;
    expect(registry.moment()).toBe(0);
    expect(empty().moment()).toBeNull();
  });

  test('a fact that only an after invariant needs is not read before the handler', async () => {
    const journal: string[] = [];
    const recount = transitionInvariant({ ...needsNothing, id: 'BI-BOOK-003', guards: ['book.add'], phase: 'after', needs: [count, status] });
    const operation = writeOperation<LibraryWriter>()({
      ...usual, address: ['library.write', 'add'], anchor: 'book.add', invariants: [recount],
      run: async ({ scope }) => {
        const real = scope.count;
        scope.count = async () => { journal.push('count'); return real(); };
        journal.push('run');
        return ok(null);
      },
    });
    const { registry } = house({ operations: [operation], invariants: [recount] });
    valueIn(await registry.execute('library.write', { method: 'add', principal: admin, input: {} }));
    expect(journal).toEqual(['run', 'count']);
  });
});
