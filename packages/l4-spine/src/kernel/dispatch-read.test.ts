import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StorageError } from '../../test/fixtures/journaled-storage.ts';
import { addBook, admin, denialIn, house, USUAL, valueIn, type LibraryReader } from '../../test/fixtures/toy-library.ts';
import { decideAheadOperation, decideOperation, readOperation } from './operation.ts';
import { ok, reject, rejectForNow, type Outcome } from './result.ts';

type Work = (scope: LibraryReader) => Promise<Outcome<unknown, string>>;
const base = { ...USUAL, input: z.strictObject({ id: z.string().default('book_1') }), output: z.unknown(), rejections: { GONE: { status: 410, title: 'Gone' } } } as const;
// What a handler may answer against its types is part of what is tested.
const reading = (work: Work) => readOperation<LibraryReader>()({ ...base, address: ['library.query', 'get'], anchor: null, run: async ({ scope }) => (await work(scope)) as Outcome<unknown, 'GONE'> });
const deciding = (work: Work) => decideOperation<LibraryReader>()({ ...base, address: ['library.query', 'get'], run: async ({ scope }) => (await work(scope)) as Outcome<unknown, 'GONE'> });
const get = { method: 'get', principal: admin, input: {}, requestId: 'req_1' };

describe.each([['a read', reading], ['a decision', deciding]] as const)('%s', (_name, kind) => {
  test('answers what its handler answers, immutable, and leaves no record', async () => {
    const { registry, storage } = house({ operations: [addBook, kind(async () => ok({ list: [{ a: 1 }] }))] });
    const result = await registry.execute('library.query', get);
    expect(result).toEqual({ ok: true, value: { list: [{ a: 1 }] }, replayed: false, requestId: 'req_1' });
    expect(Object.isFrozen((valueIn(result) as { list: readonly unknown[] }).list[0])).toBe(true);
    expect(storage.journal).toEqual([]);
    expect(storage.entries.get('tnt_a')).toHaveLength(1);
  });

  test('refuses unknown keys, place by place', async () => {
    const { registry } = house({ operations: [addBook, kind(async () => ok(null))] });
    expect(denialIn(await registry.execute('library.query', { ...get, input: { 'x~y': 1 } }))).toMatchObject({
      code: 'INVALID_INPUT', status: 400, errors: [{ path: '/x~0y', message: 'unknown key' }],
    });
  });

  test('is denied as its operation declares', async () => {
    const { registry } = house({ operations: [addBook, kind(async () => reject('GONE', 'It is gone.'))] });
    expect(denialIn(await registry.execute('library.query', get))).toEqual({ code: 'GONE', status: 410, detail: 'It is gone.', requestId: 'req_1' });
  });

  test('is denied with the time after which it may succeed, where its handler says so, and with none where it does not', async () => {
    const retryAfter = async (work: Work): Promise<unknown> => denialIn(await house({ operations: [addBook, kind(work)] }).registry.execute('library.query', get));
    expect(await retryAfter(async () => rejectForNow('GONE', 'Later.', 30))).toStrictEqual({ code: 'GONE', status: 410, detail: 'Later.', requestId: 'req_1', retryAfterSeconds: 30 });
    expect(await retryAfter(async () => reject('GONE', 'It is gone.'))).toStrictEqual({ code: 'GONE', status: 410, detail: 'It is gone.', requestId: 'req_1' });
  });

  test.each([
    ['rejects undeclared', async (): Promise<Outcome<unknown, string>> => reject('OTHER', 'hunter2')],
    ['throws', async (): Promise<Outcome<unknown, string>> => { throw new Error('hunter2'); }],
    ['answers nothing', async (): Promise<Outcome<unknown, string>> => undefined as never],
  ])('whose handler %s is INTERNAL; the text is the log\'s', async (_what, work) => {
    const { registry, failures } = house({ operations: [addBook, kind(work)] });
    const denial = denialIn(await registry.execute('library.query', get));
    expect(denial).toMatchObject({ code: 'INTERNAL', status: 500, requestId: 'req_1' });
    expect(JSON.stringify(denial)).not.toContain('hunter2');
    expect(failures).toHaveLength(1);
  });

  test.each(['OUTAGE', 'RETRY'] as const)('that meets an %s of storage is UNAVAILABLE, never a negative answer', async (classified) => {
    const { registry } = house({ operations: [addBook, kind(async () => { throw new StorageError(classified, 'hunter2'); })] });
    const denial = denialIn(await registry.execute('library.query', get));
    expect(denial).toMatchObject({ code: 'UNAVAILABLE', status: 503, retryAfterSeconds: 1 });
    expect(JSON.stringify(denial)).not.toContain('hunter2');
  });

  test('whose schema throws is INTERNAL: execute does not reject', async () => {
    const throwing = { ...kind(async () => ok(null)), input: z.strictObject({ id: z.string().default('x').transform((): string => { throw new Error('hunter2'); }) }) };
    const { registry } = house({ operations: [addBook, throwing] });
    expect(denialIn(await registry.execute('library.query', get)).code).toBe('INTERNAL');
  });

  test('that fails is told to the log with the request id that the caller got, and with its address', async () => {
    const told: unknown[] = [];
    const error = new Error('hunter2');
    const { registry } = house({ operations: [addBook, kind(async () => { throw error; })] }, { reporter: { failure: (event) => told.push(event) } });
    denialIn(await registry.execute('library.query', get));
    expect(told).toEqual([{ requestId: 'req_1', address: 'library.query', method: 'get', error }]);
  });

  test('gets a scope without a single function that writes', async () => {
    let names: readonly string[] = [];
    const { registry } = house({ operations: [addBook, kind(async (scope) => { names = Object.keys(scope); return ok(null); })] });
    valueIn(await registry.execute('library.query', get));
    expect(names.toSorted()).toEqual(['book', 'count', 'room', 'status']);
  });

});

describe('a decision that asks ahead', () => {
  /** What it asks for is answered, and who calls is found out, by hand. */
  function houseThatAsksAhead(answer: () => Promise<string> = async () => 'told'): ReturnType<typeof house> & { readonly log: string[] } {
    const log: string[] = [];
    const operation = decideAheadOperation<LibraryReader, Pick<LibraryReader, 'count'>>()({
      ...base, address: ['library.query', 'get'],
      ahead: ({ input }) => {
        log.push(`asked for ${input.id}`);
        return answer();
      },
      run: async ({ ahead }) => {
        log.push('runs');
        return ok(await ahead);
      },
    });
    return { ...house({ operations: [addBook, operation] }), log };
  }
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test('asks while it is still being found out who calls, and runs when that is known', async () => {
    const { registry, log } = houseThatAsksAhead();
    const caller = Promise.withResolvers<typeof admin | null>();
    const result = registry.execute('library.query', { ...get, principal: caller.promise });
    await turn();
    expect(log).toEqual(['asked for book_1']);
    caller.resolve(admin);
    expect(valueIn(await result)).toBe('told');
    expect(log).toEqual(['asked for book_1', 'runs']);
  });

  test.each([
    ['nobody', null, 'UNAUTHENTICATED'],
    ['one of another plane', { ...admin, plane: 'int' as const }, 'PLANE_FORBIDDEN'],
    ['one without the permission', { ...admin, permissions: new Set<string>() }, 'PERMISSION_DENIED'],
  ])('tells %s nothing of it, and does not run', async (_who, principal, code) => {
    const { registry, log } = houseThatAsksAhead();
    const result = await registry.execute('library.query', { ...get, principal: Promise.resolve(principal) });
    expect(denialIn(result).code).toBe(code);
    expect(JSON.stringify(result)).not.toContain('told');
    expect(log).not.toContain('runs');
  });

  test('asks nothing ahead for a caller who is known and may not, nor for an input that is none', async () => {
    const { registry, log } = houseThatAsksAhead();
    denialIn(await registry.execute('library.query', { ...get, principal: null }));
    denialIn(await registry.execute('library.query', { ...get, principal: Promise.resolve(admin), input: { unknown: 1 } }));
    expect(log).toEqual([]);
    expect(valueIn(await registry.execute('library.query', get))).toBe('told');
    expect(log).toEqual(['asked for book_1', 'runs']);
  });

  test('tells who may not call so, before it tells what is wrong with the input', async () => {
    const { registry } = houseThatAsksAhead();
    expect(denialIn(await registry.execute('library.query', { ...get, principal: Promise.resolve(null), input: { unknown: 1 } })).code).toBe('UNAUTHENTICATED');
  });

  test('lets a failure of what it asked come to nothing where nobody waits for it, and denies where somebody does', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const { registry, failures } = houseThatAsksAhead(() => Promise.reject(new StorageError('OUTAGE', 'hunter2')));
    expect(denialIn(await registry.execute('library.query', { ...get, principal: Promise.resolve(null) })).code).toBe('UNAUTHENTICATED');
    await turn();
    expect([unhandled, failures]).toEqual([[], []]);
    expect(denialIn(await registry.execute('library.query', { ...get, principal: turn().then(() => admin) }))).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    await turn();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

test('nothing else begins before it is known who calls', async () => {
  const begun: string[] = [];
  const read = readOperation<LibraryReader>()({ ...base, address: ['library.query', 'get'], anchor: null, run: async () => { begun.push('read'); return ok(null); } });
  const decide = decideOperation<LibraryReader>()({ ...base, address: ['library.query', 'decide'], run: async () => { begun.push('decide'); return ok(null); } });
  const { registry, storage } = house({ operations: [addBook, read, decide] });
  const caller = Promise.withResolvers<typeof admin | null>();
  const results = [
    registry.execute('library.query', { ...get, principal: caller.promise }), registry.execute('library.query', { ...get, method: 'decide', principal: caller.promise }),
    registry.execute('library.write', { method: 'add', principal: caller.promise, input: { title: 'On Growth' } }),
  ];
  await new Promise((resolve) => setImmediate(resolve));
  expect([begun, storage.journal]).toEqual([[], []]);
  caller.resolve(null);
  for (const result of await Promise.all(results)) expect(denialIn(result).code).toBe('UNAUTHENTICATED');
  expect([begun, storage.journal]).toEqual([[], []]);
});

test('neither can change the request that it gets, nor see more of the input than the schema made', async () => {
  const run = async ({ request }: { readonly request: { readonly input: unknown } }) => {
    expect(() => Object.assign(request, { tenantId: 'tnt_b' })).toThrow(TypeError);
    return ok(request.input);
  };
  const read = readOperation<LibraryReader>()({ ...base, address: ['library.query', 'get'], anchor: null, run });
  const decide = decideOperation<LibraryReader>()({ ...base, address: ['library.query', 'decide'], run });
  const { registry } = house({ operations: [addBook, read, decide] });
  for (const method of ['get', 'decide']) expect(valueIn(await registry.execute('library.query', { ...get, method }))).toEqual({ id: 'book_1' });
});

test('a read stands on a write address where clients rely on it, and stays a read', async () => {
  const list = readOperation<LibraryReader>()({ ...base, address: ['library.write', 'list'], anchor: 'book.list', run: async ({ scope }) => ok(await scope.count()) });
  const { registry, storage, libraries } = house({ operations: [addBook, list] });
  libraries.set('tnt_a', { status: 'CLOSED', room: 0, books: [] });
  // No rule of the writes beside it is triggered.
  expect(valueIn(await registry.execute('library.write', { ...get, method: 'list', idempotencyKey: 'once' }))).toBe(0);
  expect(storage.journal).toEqual([]);
  expect(storage.violations).toEqual([]);
});
