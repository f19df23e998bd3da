import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EXEMPT, RUN, running } from '../../test/fixtures/running.ts';
import {
  addBook, admin, count, denialIn, house, NOW, openLibrary, operator, roomLeft, status, USUAL, valueIn, type LibraryStorage, type LibraryWriter,
} from '../../test/fixtures/toy-library.ts';
import { verifyChain } from './audit.ts';
import { fact } from './fact.ts';
import { stateInvariant, transitionInvariant } from './invariant.ts';
import type { Mode, ModeSetting } from './mode.ts';
import { writeOperation } from './operation.ts';
import type { Principal } from './principal.ts';
import { PLATFORM } from './request.ts';
import { ok, reject } from './result.ts';

const add = { method: 'add', principal: admin, input: { title: 'x' }, requestId: 'req_1' };

describe('the phases of a write', () => {
  test('come in this order, each once', async () => {
    const journal: string[] = [];
    const noted = <Value>(step: string, value: Value): Value => {
      journal.push(step);
      return value;
    };
    const watched = (name: 'status' | 'count') => fact({ name, lock: 'share', resolve: async (library: LibraryWriter) => noted(`fact ${name}`, await library[name]()) });
    const [watchedStatus, watchedCount] = [watched('status'), watched('count')];
    const base = { guards: ['book.add'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r' } as const;
    const before = stateInvariant({ ...base, id: 'BI-BOOK-003', needs: [watchedStatus], holds: (): true => noted('check before', true), scan: async () => [] });
    const after = transitionInvariant({ ...base, id: 'BI-BOOK-004', phase: 'after', needs: [watchedCount], holds: (): true => noted('check after', true) });
    const lent = transitionInvariant({ ...base, id: 'BI-BOOK-005', needs: [], holds: () => noted('check in MONITOR', 'it is lent') });
    const operation = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'add'], anchor: 'book.add', output: z.unknown(), invariants: [before, after, lent],
      input: z.strictObject({ title: z.string().transform((title) => noted('parse', title)) }),
      subject: (_request, value) => noted(value === null ? 'subject' : 'subject of the answer', 'book_1'),
      run: async ({ request, scope }) => noted('run', ok(await scope.insert(request.input.title))),
      replay: (value) => noted('replay', value), events: () => noted('events', [{ type: 'added', payload: {} }]),
    });
    const { registry, storage } = house({ operations: [operation], invariants: [before, after, lent] }, {}, journal);
    storage.settings.push({ invariantId: 'BI-BOOK-005', tenantId: null, mode: 'MONITOR', expiresAt: null });
    const permissions = new (class extends Set<string> {
      override has(permission: string): boolean {
        return noted('authority', super.has(permission));
      }
    })(admin.permissions);
    valueIn(await registry.execute('library.write', { ...add, principal: { ...admin, permissions }, idempotencyKey: 'once' }));
    expect(journal).toEqual([
      'authority', 'parse', 'subject',
      'begin tnt_a', 'claimIdempotency',
      'governance', 'auditHead', 'fact status',
      'check before', 'check in MONITOR',
      'run',
      'fact count', 'check after',
      'subject of the answer', 'events', 'replay',
      'appendAudit COMMITTED', 'recordViolations', 'appendEvents', 'completeIdempotency', 'commit',
    ]);
  });

  test('end at the first that refuses; the handler is not called, nothing is written, and the denial has a transaction of its own', async () => {
    const { registry, storage, libraries } = house();
    libraries.set('tnt_a', { status: 'CLOSED', room: 10, books: [] });
    expect(denialIn(await registry.execute('library.write', add))).toEqual({
      code: 'INVARIANT_VIOLATION', status: 409, detail: 'The library is CLOSED.', requestId: 'req_1',
      violations: [{ invariantId: 'BI-BOOK-001', severity: 'CRITICAL', message: 'The library is CLOSED.', remediation: 'Open the library.' }],
    });
    expect(storage.journal).toEqual([
      'begin tnt_a', 'governance', 'auditHead', 'rollback',
      'begin tnt_a', 'auditHead', 'appendAudit DENIED', 'recordViolations', 'commit',
    ]);
    expect(libraries.get('tnt_a')?.books).toEqual([]);
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({
      seq: 2, outcome: 'DENIED', address: 'library.write', method: 'add', anchor: 'book.add', subject: null, requestId: 'req_1', actor: { plane: 'cus', id: 'cus_1', name: 'someone of cus' },
      invariants: [{ id: 'BI-BOOK-001', mode: 'STRICT', outcome: 'BROKEN' }, { id: 'BI-BOOK-002', mode: 'STRICT', outcome: 'HELD' }],
    });
    expect(storage.violations).toEqual([{
      id: 'vio_1', at: new Date('2026-03-01T12:00:00.000Z'), invariantId: 'BI-BOOK-001', severity: 'CRITICAL', tenantId: 'tnt_a', address: 'library.write', method: 'add',
      mode: 'STRICT', outcome: 'BLOCKED', message: 'the library is CLOSED', actor: { plane: 'cus', id: 'cus_1', name: 'someone of cus' }, requestId: 'req_1',
    }]);
  });

  test('refuse bad input before any transaction of the write, place by place, and record it', async () => {
    const { registry, storage } = house();
    expect(denialIn(await registry.execute('library.write', { ...add, input: { title: '', 'a/b': 1 } }))).toMatchObject({
      code: 'INVALID_INPUT', status: 400, errors: [{ path: '/title' }, { path: '/a~1b', message: 'unknown key' }],
    });
    expect(storage.journal).toEqual(['begin tnt_a', 'auditHead', 'appendAudit DENIED', 'commit']);
  });
});

describe('modes', () => {
  const breaking = async (settings: readonly ModeSetting[], defaultMode?: Mode) => {
    const { registry, storage, libraries } = house({}, defaultMode === undefined ? {} : { defaultMode });
    storage.settings.push(...settings);
    libraries.set('tnt_a', { status: 'OPEN', room: 0, books: [] });
    const result = await registry.execute('library.write', add);
    const [violation] = storage.violations;
    return { isWritten: libraries.get('tnt_a')?.books.length === 1, isOk: result.ok, mode: violation?.mode, outcome: violation?.outcome };
  };
  const setting = (tenantId: string | null, mode: ModeSetting['mode'], expiresAt: string | null = null): ModeSetting => ({
    invariantId: 'BI-BOOK-002', tenantId, mode, expiresAt: expiresAt === null ? null : new Date(expiresAt),
  });
  const blocked = (mode: string) => ({ isWritten: false, isOk: false, mode, outcome: 'BLOCKED' });
  const recorded = (mode: string) => ({ isWritten: true, isOk: true, mode, outcome: 'RECORDED' });

  test('of a fresh installation are STRICT', async () => {
    expect(await breaking([])).toEqual(blocked('STRICT'));
  });

  test('set for the tenant go before those for all, and those before the default', async () => {
    expect(await breaking([setting(null, 'MONITOR')])).toEqual(recorded('MONITOR'));
    expect(await breaking([setting(null, 'MONITOR'), setting('tnt_a', 'ENFORCE')])).toEqual(blocked('ENFORCE'));
    expect(await breaking([setting(null, 'STRICT'), setting('tnt_a', 'MONITOR')])).toEqual(recorded('MONITOR'));
    expect(await breaking([setting('tnt_b', 'MONITOR')])).toEqual(blocked('STRICT'));
    expect(await breaking([], 'MONITOR')).toEqual(recorded('MONITOR'));
  });

  test('return to STRICT when they expire', async () => {
    expect(await breaking([setting('tnt_a', 'MONITOR', '2026-03-01T12:00:00.001Z')])).toEqual(recorded('MONITOR'));
    expect(await breaking([setting('tnt_a', 'MONITOR', '2026-03-01T12:00:00.000Z')])).toEqual(blocked('STRICT'));
  });

  test('of what is let through stand in its audit entry', async () => {
    const { registry, storage, libraries } = house();
    storage.settings.push(setting('tnt_a', 'MONITOR'));
    libraries.set('tnt_a', { status: 'OPEN', room: 0, books: [] });
    valueIn(await registry.execute('library.write', add));
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({
      outcome: 'COMMITTED', subject: 'book_1',
      invariants: [{ id: 'BI-BOOK-001', mode: 'STRICT', outcome: 'HELD' }, { id: 'BI-BOOK-002', mode: 'MONITOR', outcome: 'BROKEN' }],
    });
  });
});

describe('every rule of an anchor is judged', () => {
  const PLACES = [1, 2, 3, 4, 5] as const;
  const PHASES = ['before', 'after'] as const;

  test.each(PHASES.flatMap((phase) => PLACES.map((broken) => ({ phase, broken }))))('$phase the handler: of five, number $broken', async ({ phase, broken }) => {
    const rules = PLACES.map((place) =>
      transitionInvariant({
        id: `BI-BOOK-01${place}`, guards: ['library.run'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [], phase,
        holds: () => place !== broken || `number ${place} is broken`,
      }));
    const operation = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.unknown(), invariants: rules, subject: () => null,
      run: async ({ scope }) => ok(await scope.insert('x')),
    });
    const { registry, storage, libraries } = house({ operations: [operation], invariants: rules });
    expect(denialIn(await registry.execute('library.write', RUN))).toMatchObject({ code: 'INVARIANT_VIOLATION', violations: [{ message: `Number ${broken} is broken.` }] });
    expect(libraries.get('tnt_a')?.books).toEqual([]);
    expect(storage.entries.get('tnt_a')?.at(-1)?.invariants.map(({ outcome }) => outcome)).toEqual(PLACES.map((place) => (place === broken ? 'BROKEN' : 'HELD')));
  });
});

describe('nothing that a caller sends becomes a fact', () => {
  const closed = { status: 'CLOSED', room: 0, books: [] } as const;

  test.each(['status', 'room', 'count', 'facts', 'tenantId', 'tenant_id', 'mode', '_invariant_mode', '__proto__'])('%s in the input is refused, not believed', async (key) => {
    const { registry, libraries } = house();
    libraries.set('tnt_a', { ...closed });
    const input: unknown = JSON.parse(`{"title":"x",${JSON.stringify(key)}:"OPEN"}`);
    expect(denialIn(await registry.execute('library.write', { ...add, input }))).toMatchObject({ code: 'INVALID_INPUT', errors: [{ path: `/${key}`, message: 'unknown key' }] });
    expect(libraries.get('tnt_a')?.books).toEqual([]);
  });

  test('an input that has a field of a fact\'s name does not change the fact', async () => {
    const seen: unknown[] = [];
    const named = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'add'], anchor: 'book.add', input: z.strictObject({ status: z.string(), count: z.int() }), output: z.null(),
      invariants: [openLibrary, roomLeft], subject: () => null,
      run: async ({ facts, request }) => { seen.push(facts, request.input); return ok(null); },
    });
    const { registry, libraries } = house({ operations: [named] });
    valueIn(await registry.execute('library.write', { ...add, input: { status: 'CLOSED', count: 99 } }));
    expect(seen).toEqual([{ status: 'OPEN', count: 0, room: 10 }, { status: 'CLOSED', count: 99 }]);
    libraries.set('tnt_a', { ...closed });
    expect(denialIn(await registry.execute('library.write', { ...add, input: { status: 'OPEN', count: 0 } })).code).toBe('INVARIANT_VIOLATION');
  });

  test('extra fields of a call or a principal are no facts, no tenant and no mode', async () => {
    const { registry, libraries } = house();
    libraries.set('tnt_a', { ...closed });
    const principal: Principal = Object.assign({ ...admin }, { status: 'OPEN', mode: 'MONITOR' });
    const call = Object.assign({ ...add, principal }, { facts: { status: 'OPEN', count: 0, room: 10 }, mode: 'MONITOR', defaultMode: 'MONITOR' });
    expect(denialIn(await registry.execute('library.write', call)).code).toBe('INVARIANT_VIOLATION');
  });

  test('the handler gets exactly the parsed input, in a request that it cannot change', async () => {
    const seen: unknown[] = [];
    const trimmed = writeOperation<LibraryWriter>()({
      ...USUAL, ...EXEMPT, address: ['library.write', 'trim'], anchor: 'library.trim', input: z.strictObject({ title: z.string().trim(), tags: z.array(z.string()).default([]) }), output: z.null(),
      run: async ({ request }) => {
        seen.push(request.input);
        expect(() => Object.assign(request, { tenantId: 'tnt_b' })).toThrow(TypeError);
        return ok(null);
      },
    });
    const { registry } = house({ operations: [addBook, trimmed] });
    valueIn(await registry.execute('library.write', { ...add, method: 'trim', input: { title: '  x ' } }));
    expect(seen).toEqual([{ title: 'x', tags: [] }]);
  });
});

describe('a handler', () => {
  test('that rejects as its operation declares is denied with the declared status; rolled back and recorded, findings included', async () => {
    const { registry, storage, libraries } = house({
      operations: [addBook, running(async (scope) => { await scope.insert('x'); return reject('TOO_LATE', 'It is too late.', { at: 'noon' }); })],
    });
    expect(denialIn(await registry.execute('library.write', RUN))).toEqual({ code: 'TOO_LATE', status: 410, detail: 'It is too late.', data: { at: 'noon' }, requestId: 'req_1' });
    expect(libraries.get('tnt_a')?.books).toEqual([]);
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({ outcome: 'DENIED' });
  });

  test.each(['NEVER_DECLARED', 'constructor', '__proto__'])('that rejects with a code its operation does not declare has a bug: %s', async (code) => {
    const { registry, storage, failures } = house({ operations: [addBook, running(async () => reject(code, 'hunter2'))] });
    const denial = denialIn(await registry.execute('library.write', RUN));
    expect(denial).toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(JSON.stringify(denial)).not.toContain('hunter2');
    expect(String(failures[0])).toBe(`Error: library.write run rejects with ${code}, which it does not declare`);
    expect(storage.entries.get('tnt_a')?.at(-1)?.outcome).toBe('FAILED');
  });

  test('that rejects without data is denied without any: the field is not there', async () => {
    const { registry } = house({ operations: [addBook, running(async () => reject('TOO_LATE', 'It is too late.'))] });
    expect(denialIn(await registry.execute('library.write', RUN))).toStrictEqual({ code: 'TOO_LATE', status: 410, detail: 'It is too late.', requestId: 'req_1' });
    expect(reject('TOO_LATE', 'It is too late.')).toStrictEqual({ ok: false, rejection: { code: 'TOO_LATE', detail: 'It is too late.' } });
  });

  test('that throws fails the write: INTERNAL, its text in the log alone, rolled back, a FAILED entry', async () => {
    const error = new Error('password=hunter2');
    const { registry, storage, libraries, failures } = house({ operations: [addBook, running(async (scope) => { await scope.insert('x'); throw error; })] });
    const denial = denialIn(await registry.execute('library.write', RUN));
    expect(denial).toEqual({
      code: 'INTERNAL', status: 500, requestId: 'req_1',
      detail: 'Something went wrong that should not. Nothing was written. Give the requestId to whoever runs this server.',
    });
    expect(failures).toEqual([error]);
    expect(libraries.get('tnt_a')?.books).toEqual([]);
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({ outcome: 'FAILED', requestId: 'req_1' });
    expect(JSON.stringify([...storage.entries])).not.toContain('hunter2');
    expect(storage.journal).toEqual([
      'begin tnt_a', 'governance', 'auditHead', 'rollback',
      'begin tnt_a', 'auditHead', 'appendAudit FAILED', 'commit',
    ]);
  });

  test.each([[undefined], [null], [{}], ['ok']])('that answers no outcome has a bug: %j', async (answer) => {
    const { registry } = house({ operations: [addBook, running(async () => answer as never)] });
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('INTERNAL');
  });

  test('that keeps its scope finds it dead after the write', async () => {
    const kept: LibraryWriter[] = [];
    const { registry } = house({ operations: [addBook, running(async (scope) => { kept.push(scope); return ok(null); })] });
    valueIn(await registry.execute('library.write', RUN));
    await expect(kept[0]?.insert('y')).rejects.toThrow('the scope is dead');
  });

  test('gets a scope without a way to end the transaction', async () => {
    let names: readonly string[] = [];
    const { registry } = house({ operations: [addBook, running(async (scope) => { names = Object.keys(scope); return ok(null); })] });
    valueIn(await registry.execute('library.write', RUN));
    expect(names).not.toContain('commit');
    expect(names).not.toContain('rollback');
  });
});

describe('what is not the handler\'s own fails the write as well, and execute never rejects', () => {
  const failing = (part: 'subject' | 'subject of the answer' | 'events' | 'replay' | 'input') => {
    const fail = (): never => { throw new Error('hunter2'); };
    return writeOperation<LibraryWriter>()({
      ...USUAL, ...EXEMPT, address: ['library.write', 'run'], anchor: 'library.run', output: z.null(),
      input: z.strictObject({ a: z.int().optional().transform((a) => (part === 'input' ? fail() : a)) }),
      subject: (_request, value) => ((part === 'subject' && value === null) || (part === 'subject of the answer' && value !== null) ? fail() : null),
      run: async () => ok(part === 'subject of the answer' ? ('x' as never) : null),
      events: () => (part === 'events' ? fail() : []), replay: (value) => (part === 'replay' ? fail() : value),
    });
  };

  test.each(['subject', 'subject of the answer', 'events', 'replay', 'input'] as const)('%s', async (part) => {
    const { registry, storage } = house({ operations: [addBook, failing(part)] });
    const denial = denialIn(await registry.execute('library.write', { ...RUN, idempotencyKey: 'once' }));
    expect(denial.code).toBe('INTERNAL');
    expect(JSON.stringify(denial)).not.toContain('hunter2');
    expect(storage.entries.get('tnt_a')?.slice(1).map(({ outcome }) => outcome)).toEqual(['FAILED']);
  });

  test('events that the storage cannot take, though it says that it has an outbox', async () => {
    const telling = writeOperation<LibraryWriter>()({
      ...USUAL, ...EXEMPT, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.null(), run: async () => ok(null), events: () => [{ type: 'x', payload: {} }],
    });
    const { registry, storage, failures } = house({ operations: [addBook, telling] });
    withoutOutbox(storage);
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('INTERNAL');
    expect(storage.entries.get('tnt_a')?.at(-1)?.outcome).toBe('FAILED');
    expect(failures).toEqual([new TypeError('the storage says that it has an outbox, and has none')]);
  });
});

/** Storage whose transactions take no events. */
function withoutOutbox(storage: LibraryStorage): void {
  const begin = storage.begin.bind(storage);
  storage.begin = async (tenantId) => {
    const { appendEvents: _, ...rest } = await begin(tenantId);
    return rest;
  };
}

describe('a write leaves behind', () => {
  test('nothing that it has not: no empty list of violations or events, and no answer for replays', async () => {
    const { registry, storage } = house();
    valueIn(await registry.execute('library.write', add));
    expect(storage.journal).toEqual(['begin tnt_a', 'governance', 'auditHead', 'appendAudit COMMITTED', 'commit']);
  });

  test('no events, and so needs no outbox, where it tells none', async () => {
    const { registry, storage, libraries } = house();
    withoutOutbox(storage);
    valueIn(await registry.execute('library.write', add));
    expect(libraries.get('tnt_a')?.books).toHaveLength(1);
  });
});

describe('postconditions', () => {
  const base = { guards: ['library.run'], severity: 'CRITICAL', status: 409, condition: 'c', remediation: 'r' } as const;
  const grown = transitionInvariant({ ...base, id: 'BI-BOOK-006', phase: 'after', needs: [count], holds: (facts) => facts.count <= 1 || `there are ${facts.count} books` });
  const wasEmpty = transitionInvariant({ ...base, id: 'BI-BOOK-007', needs: [count, status], holds: (facts) => facts.count === 0 || 'it was not empty' });
  const insert = (titles: readonly string[]) =>
    writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.number(), invariants: [wasEmpty, grown], subject: () => null,
      run: async ({ scope, facts }) => { for (const title of titles) await scope.insert(title); return ok(facts.count); },
    });

  test('are checked on state read again after the handler; the handler sees the state before', async () => {
    const { registry, libraries } = house({ operations: [insert(['a'])], invariants: [wasEmpty, grown] });
    expect(valueIn(await registry.execute('library.write', RUN))).toBe(0);
    expect(libraries.get('tnt_a')?.books).toHaveLength(1);
  });

  test('that a handler breaks roll its work back, and are recorded', async () => {
    const { registry, storage, libraries } = house({ operations: [insert(['a', 'b'])], invariants: [wasEmpty, grown] });
    expect(denialIn(await registry.execute('library.write', RUN))).toMatchObject({
      code: 'INVARIANT_VIOLATION', detail: 'There are 2 books.', violations: [{ invariantId: 'BI-BOOK-006' }],
    });
    expect(libraries.get('tnt_a')?.books).toEqual([]);
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({
      outcome: 'DENIED', invariants: [{ id: 'BI-BOOK-007', outcome: 'HELD' }, { id: 'BI-BOOK-006', outcome: 'BROKEN' }],
    });
  });

  test('in MONITOR are recorded, and the write stays', async () => {
    const { registry, storage, libraries } = house({ operations: [insert(['a', 'b'])], invariants: [wasEmpty, grown] });
    storage.settings.push({ invariantId: 'BI-BOOK-006', tenantId: 'tnt_a', mode: 'MONITOR', expiresAt: null });
    valueIn(await registry.execute('library.write', RUN));
    expect(libraries.get('tnt_a')?.books).toHaveLength(2);
    expect(storage.violations).toMatchObject([{ invariantId: 'BI-BOOK-006', outcome: 'RECORDED' }]);
  });

  test('in MONITOR stay on record where the write then fails', async () => {
    const { registry, storage } = house({ operations: [insert(['a', 'b'])], invariants: [wasEmpty, grown] });
    storage.settings.push({ invariantId: 'BI-BOOK-006', tenantId: 'tnt_a', mode: 'MONITOR', expiresAt: null });
    storage.fail('appendAudit', new Error('no ink'));
    expect(denialIn(await registry.execute('library.write', RUN)).code).toBe('INTERNAL');
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({
      outcome: 'FAILED', invariants: [{ id: 'BI-BOOK-007', outcome: 'HELD' }, { id: 'BI-BOOK-006', mode: 'MONITOR', outcome: 'BROKEN' }],
    });
    expect(storage.violations).toMatchObject([{ invariantId: 'BI-BOOK-006', outcome: 'RECORDED' }]);
  });
});

describe('what execute answers', () => {
  test('cannot be changed by what tells of it: events and replays see it frozen', async () => {
    const seen: boolean[] = [];
    const telling = writeOperation<LibraryWriter>()({
      ...USUAL, ...EXEMPT, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.object({ list: z.array(z.int()) }),
      run: async () => ok({ list: [1] }),
      events: (_request, { list }) => { seen.push(Object.isFrozen(list)); return []; },
      replay: (value) => { seen.push(Object.isFrozen(value)); return value; },
    });
    const { registry } = house({ operations: [addBook, telling] });
    valueIn(await registry.execute('library.write', { ...RUN, idempotencyKey: 'once' }));
    expect(seen).toEqual([true, true]);
  });

  test('is immutable all the way down', async () => {
    const { registry, libraries } = house({ operations: [addBook, running(async () => ok(Object.freeze({ list: [{ a: 1 }] })))] });
    const result = await registry.execute('library.write', RUN);
    const { list } = valueIn(result) as { list: { a: number }[] };
    libraries.set('tnt_a', { status: 'CLOSED', room: 0, books: [] });
    const denial = denialIn(await registry.execute('library.write', add));
    for (const part of [result, list, list[0], denial, denial.violations, denial.violations?.[0]]) expect(Object.isFrozen(part)).toBe(true);
  });
});

test('the chains of writes, denials and failures of two tenants and the platform verify, entry after entry', async () => {
  const { registry, storage, libraries } = house({ operations: [addBook, running(async () => { throw new Error('x'); })] });
  const calls = [
    ['add', admin, undefined, { title: 'x' }], ['add', admin, undefined, {}], ['run', admin, undefined, {}], ['add', operator, 'tnt_b', { title: 'y' }],
    ['add', operator, 'tnt_nobody', { title: 'y' }], ['add', admin, 'tnt_b', { title: 'x' }], ['add', operator, 'tnt_a', { title: 'z' }],
  ] as const;
  for (const [method, principal, tenantId, input] of calls) await registry.execute('library.write', { method, principal, tenantId, input });
  libraries.set('tnt_b', { status: 'CLOSED', room: 0, books: [] });
  await registry.execute('library.write', { ...add, principal: operator, tenantId: 'tnt_b' });
  const outcomes: Record<string, readonly string[]> = {};
  for (const [tenantId, chain] of storage.entries) {
    outcomes[tenantId] = chain.map(({ outcome }) => outcome);
    const verdict = await verifyChain(tenantId, storage.headOf(tenantId), (async function* pages() { yield chain; })());
    expect(verdict).toEqual({ valid: true, entries: chain.length, head: storage.headOf(tenantId) });
  }
  expect(outcomes).toEqual({
    [PLATFORM]: ['DENIED'],
    tnt_a: ['COMMITTED', 'COMMITTED', 'DENIED', 'FAILED', 'DENIED', 'COMMITTED'],
    tnt_b: ['COMMITTED', 'COMMITTED', 'DENIED'],
  });
});

test('what expires is judged, and the write is recorded, at an instant at which the locks are held', async () => {
  let now = NOW;
  const seen: Date[] = [];
  const waited = fact({ name: 'count', lock: 'share', resolve: async (scope: LibraryWriter) => { now = new Date(NOW.getTime() + 3000); return scope.count(); } });
  const inTime = transitionInvariant({
    id: 'BI-BOOK-009', guards: ['library.run'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [waited],
    holds: (_facts, request: { readonly now: Date }) => { seen.push(request.now); return true; },
  });
  const operation = writeOperation<LibraryWriter>()({
    ...USUAL, address: ['library.write', 'run'], anchor: 'library.run', input: z.strictObject({}), output: z.null(), invariants: [inTime], subject: () => null,
    run: async ({ request }) => { seen.push(request.now); return ok(null); },
  });
  const { registry, storage } = house({ operations: [operation], invariants: [inTime] }, { clock: () => now });
  valueIn(await registry.execute('library.write', RUN));
  expect([...seen, storage.entries.get('tnt_a')?.at(-1)?.at]).toEqual([now, now, now]);
  expect(now).not.toEqual(NOW);
});
