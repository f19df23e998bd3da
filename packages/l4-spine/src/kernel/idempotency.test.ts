import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addBook, admin, denialIn, house, NOW, openLibrary, operator, person, roomLeft, USUAL, valueIn, type House, type LibraryWriter } from '../../test/fixtures/toy-library.ts';
import { claimOf, earlierOf } from './idempotency.ts';
import { writeOperation } from './operation.ts';
import type { IdempotencyClaim } from './ports.ts';
import { ok } from './result.ts';

const HOUR_MS = 60 * 60 * 1000;
const add = { method: 'add', principal: admin, input: { title: 'x' }, idempotencyKey: 'once' };
const booksOf = ({ libraries }: House, tenantId = 'tnt_a') => libraries.get(tenantId)?.books.length;

describe('the same key with the same request', () => {
  test('is done once; the first answer is told again, marked as told again', async () => {
    const built = house();
    const first = await built.registry.execute('library.write', { ...add, requestId: 'req_1' });
    const second = await built.registry.execute('library.write', { ...add, requestId: 'req_2' });
    expect(first).toEqual({ ok: true, value: { id: 'book_1', title: 'x' }, replayed: false, requestId: 'req_1' });
    expect(second).toEqual({ ok: true, value: { id: 'book_1', title: 'x' }, replayed: true, requestId: 'req_2' });
    expect(booksOf(built)).toBe(1);
    expect(built.storage.entries.get('tnt_a')?.slice(1)).toHaveLength(1);
  });

  test('is told again without a look at facts, rules or degraded state, and rolled back', async () => {
    const built = house();
    valueIn(await built.registry.execute('library.write', add));
    built.libraries.set('tnt_a', { status: 'CLOSED', room: 0, books: [] });
    built.storage.degraded = { reason: 'x' };
    built.storage.journal.length = 0;
    valueIn(await built.registry.execute('library.write', add));
    expect(built.storage.journal).toEqual(['begin tnt_a', 'claimIdempotency', 'rollback']);
  });

  test('is told again to those who may use the operation only', async () => {
    const { registry } = house();
    valueIn(await registry.execute('library.write', add));
    expect(denialIn(await registry.execute('library.write', { ...add, principal: person('cus', 'tnt_a', []) })).code).toBe('PERMISSION_DENIED');
  });

  test('is told again from JSON: frozen, dates as text', async () => {
    const note = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'note'], anchor: 'library.note', input: z.strictObject({}), output: z.strictObject({ at: z.date(), tags: z.array(z.string()) }),
      invariants: [], exemption: { reason: 'a toy' }, subject: () => null, run: async ({ request }) => ok({ at: request.now, tags: ['a'] }),
    });
    const { registry } = house({ operations: [addBook, note] });
    const call = { ...add, method: 'note', input: {} };
    valueIn(await registry.execute('library.write', call));
    const value = valueIn(await registry.execute('library.write', call));
    expect(value).toEqual({ at: NOW.toISOString(), tags: ['a'] });
    expect(Object.isFrozen(value) && Object.isFrozen((value as { tags: unknown }).tags)).toBe(true);
  });

  test('answers what `replay` makes of the answer where that held a secret; the secret is stored nowhere', async () => {
    const mint = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'mint'], anchor: 'library.mint', input: z.strictObject({}), output: z.strictObject({ id: z.string(), token: z.string().nullable() }),
      invariants: [], exemption: { reason: 'a toy' }, subject: (_request, value) => value?.id ?? null,
      run: async () => ok({ id: 'card_1', token: 'hunter2' }), replay: (value) => ({ ...value, token: null, tokenShown: true }),
    });
    const { registry, storage } = house({ operations: [addBook, mint] });
    const call = { ...add, method: 'mint', input: {} };
    expect(valueIn(await registry.execute('library.write', call))).toEqual({ id: 'card_1', token: 'hunter2' });
    expect(valueIn(await registry.execute('library.write', call))).toEqual({ id: 'card_1', token: null, tokenShown: true });
    expect(JSON.stringify([[...storage.idempotency], [...storage.entries]])).not.toContain('hunter2');
  });

  test('is judged anew once the first answer has expired, after 24 hours', async () => {
    let now = NOW;
    const built = house({}, { clock: () => now });
    valueIn(await built.registry.execute('library.write', add));
    now = new Date(NOW.getTime() + 24 * HOUR_MS - 1);
    expect(await built.registry.execute('library.write', add)).toMatchObject({ ok: true, replayed: true });
    now = new Date(NOW.getTime() + 24 * HOUR_MS);
    expect(await built.registry.execute('library.write', add)).toMatchObject({ ok: true, replayed: false });
    expect(booksOf(built)).toBe(2);
  });
});

describe('the same key', () => {
  test('with another input is a mismatch: 422, unrecorded, and nothing is written', async () => {
    const built = house();
    valueIn(await built.registry.execute('library.write', add));
    expect(denialIn(await built.registry.execute('library.write', { ...add, input: { title: 'y' } }))).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH', status: 422 });
    expect(booksOf(built)).toBe(1);
    expect(built.storage.entries.get('tnt_a')?.slice(1)).toHaveLength(1);
  });

  test('with the same input, its keys in another order, is the same request', async () => {
    const pair = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'pair'], anchor: 'library.pair', input: z.strictObject({ a: z.int(), b: z.int() }), output: z.null(),
      invariants: [], exemption: { reason: 'a toy' }, subject: () => null, run: async () => ok(null),
    });
    const { registry } = house({ operations: [addBook, pair] });
    valueIn(await registry.execute('library.write', { ...add, method: 'pair', input: { a: 1, b: 2 } }));
    expect(await registry.execute('library.write', { ...add, method: 'pair', input: { b: 2, a: 1 } })).toMatchObject({ ok: true, replayed: true, value: null });
  });

  test('while the first is still worked on is 409 with a time to come back, unrecorded; it is not waited for', async () => {
    const { promise, resolve } = Promise.withResolvers<null>();
    const linger = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'linger'], anchor: 'library.linger', input: z.strictObject({}), output: z.null(),
      invariants: [], exemption: { reason: 'a toy' }, subject: () => null, run: async () => ok(await promise),
    });
    const { registry, storage } = house({ operations: [addBook, linger] });
    const call = { ...add, method: 'linger', input: {} };
    const first = registry.execute('library.write', call);
    expect(denialIn(await registry.execute('library.write', call))).toMatchObject({ code: 'IDEMPOTENCY_IN_FLIGHT', status: 409, retryAfterSeconds: 1 });
    resolve(null);
    valueIn(await first);
    expect(await registry.execute('library.write', call)).toMatchObject({ ok: true, replayed: true });
    expect(storage.entries.get('tnt_a')?.slice(1).map(({ outcome }) => outcome)).toEqual(['COMMITTED']);
  });

  test('of another principal, operation or tenant is another key', async () => {
    const again = writeOperation<LibraryWriter>()({ ...addBook, address: ['library.write', 'add_again'], invariants: [openLibrary, roomLeft] });
    const built = house({ operations: [addBook, again] });
    const calls = [
      add, { ...add, method: 'add_again' }, { ...add, principal: { ...admin, id: 'cus_2' } },
      { ...add, principal: operator, tenantId: 'tnt_a' }, { ...add, principal: operator, tenantId: 'tnt_b' },
    ];
    for (const call of calls) expect(await built.registry.execute('library.write', call)).toMatchObject({ ok: true, replayed: false });
    expect([booksOf(built), booksOf(built, 'tnt_b')]).toEqual([4, 1]);
  });

  test('after a denial is judged again, and may pass then', async () => {
    const built = house();
    built.libraries.set('tnt_a', { status: 'CLOSED', room: 10, books: [] });
    expect(denialIn(await built.registry.execute('library.write', add)).code).toBe('INVARIANT_VIOLATION');
    expect(denialIn(await built.registry.execute('library.write', { ...add, input: {} })).code).toBe('INVALID_INPUT');
    built.libraries.set('tnt_a', { status: 'OPEN', room: 10, books: [] });
    expect(await built.registry.execute('library.write', add)).toMatchObject({ ok: true, replayed: false });
  });

  test('after a failure is tried again', async () => {
    const built = house();
    built.storage.fail('appendAudit', new Error('no ink'));
    expect(denialIn(await built.registry.execute('library.write', add)).code).toBe('INTERNAL');
    expect(await built.registry.execute('library.write', add)).toMatchObject({ ok: true, replayed: false });
    expect(booksOf(built)).toBe(1);
  });
});

test('calls without a key are independent of each other', async () => {
  const built = house();
  const call = { method: 'add', principal: admin, input: { title: 'x' } };
  valueIn(await built.registry.execute('library.write', call));
  valueIn(await built.registry.execute('library.write', call));
  expect(booksOf(built)).toBe(2);
  expect(built.storage.journal).not.toContain('claimIdempotency');
});

describe('what the kernel makes of a key', () => {
  const request = { principal: admin, tenantId: 'tnt_a', input: { title: 'x' }, now: NOW, requestId: 'req_1' };
  const keyed = (text: string) => [`new ${text}`, `old ${text}`] as const;
  const claim = claimOf(addBook, request, add, keyed);

  test('is a claim for 24 hours by this principal, on this operation, over what was sent', () => {
    expect(claim).toEqual({
      key: 'once', operation: 'library.write add', principalId: 'cus_1', now: NOW, expiresAt: new Date(NOW.getTime() + 24 * HOUR_MS),
      fingerprint: 'new {"input":{"title":"x"},"operation":"library.write add","tenantId":"tnt_a"}',
      olderFingerprints: ['old {"input":{"title":"x"},"operation":"library.write add","tenantId":"tnt_a"}'],
    });
    expect(claimOf(addBook, request, { ...add, idempotencyKey: undefined }, keyed)).toBeNull();
  });

  test('is, of a key that nobody used, no earlier answer', () => {
    expect(earlierOf({ claim: 'CLAIMED' }, { fingerprint: 'f' } as IdempotencyClaim, 'req_1')).toEqual({ is: 'NONE' });
  });

  test('is the first answer again, where the key of fingerprints was exchanged since', () => {
    const asked = { fingerprint: 'f', olderFingerprints: ['e'] } as unknown as IdempotencyClaim;
    for (const fingerprint of ['f', 'e']) expect(earlierOf({ claim: 'COMPLETED', fingerprint, answer: '1' }, asked, 'req_1')).toEqual({ is: 'ANSWERED', value: 1 });
  });

  test('is, of a key in use or of another request, a denial that says what to do', () => {
    const asked = { fingerprint: 'f', olderFingerprints: ['e'] } as unknown as IdempotencyClaim;
    expect(earlierOf({ claim: 'IN_FLIGHT' }, asked, 'req_1')).toEqual({
      is: 'IN_THE_WAY',
      denial: {
        code: 'IDEMPOTENCY_IN_FLIGHT', status: 409, requestId: 'req_1', retryAfterSeconds: 1,
        detail: 'A request with this idempotency key is still being worked on. Try again in a moment.',
      },
    });
    expect(earlierOf({ claim: 'COMPLETED', fingerprint: 'other', answer: '1' }, asked, 'req_1')).toEqual({
      is: 'IN_THE_WAY',
      denial: { code: 'IDEMPOTENCY_MISMATCH', status: 422, requestId: 'req_1', detail: 'This idempotency key was used for another request. Use a new key.' },
    });
  });
});

test('an answer that JSON cannot say is no matter to a call without a key: nothing has to be told again', async () => {
  const weigh = writeOperation<LibraryWriter>()({
    ...USUAL, address: ['library.write', 'weigh'], anchor: 'library.weigh', input: z.strictObject({}), output: z.bigint(),
    invariants: [], exemption: { reason: 'a toy' }, subject: () => null, run: async () => ok(1n),
  });
  const { registry } = house({ operations: [addBook, weigh] });
  expect(valueIn(await registry.execute('library.write', { method: 'weigh', principal: admin, input: {} }))).toBe(1n);
  expect(denialIn(await registry.execute('library.write', { method: 'weigh', principal: admin, input: {}, idempotencyKey: 'once' })).code).toBe('INTERNAL');
});
