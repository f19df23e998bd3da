import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StorageError } from '../../test/fixtures/journaled-storage.ts';
import { admin, denialIn, house, person, USUAL, valueIn, type House, type LibraryReader, type LibraryWriter } from '../../test/fixtures/toy-library.ts';
import { fact } from './fact.ts';
import { transitionInvariant } from './invariant.ts';
import { preparedWriteOperation, type Outside } from './operation.ts';
import { ok } from './result.ts';

const status = fact({ name: 'status', lock: 'share', resolve: (scope: LibraryWriter) => scope.status() });
const isOpen = transitionInvariant({
  id: 'BI-BOOK-008', guards: ['library.look_up'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs: [status],
  holds: (facts) => facts.status === 'OPEN' || 'the library is closed',
});

type Beside = Outside<LibraryReader, LibraryReader>;

/** A write that prepares by `prepare`, and answers what it was handed. */
function preparing(prepare: (outside: Beside, title: string) => Promise<string>, run: (prepared: string) => Promise<string> = async (prepared) => prepared, journal: string[] = []): House {
  const operation = preparedWriteOperation<LibraryWriter, LibraryReader, LibraryReader>()({
    ...USUAL, address: ['library.write', 'look_up'], anchor: 'library.look_up', input: z.strictObject({ title: z.string() }), output: z.string(),
    invariants: [isOpen], subject: () => null,
    prepare: ({ request, outside }) => prepare(outside, request.input.title),
    run: async ({ prepared }) => ok(await run(prepared)),
  });
  return house({ operations: [operation], invariants: [isOpen] }, {}, journal);
}
const LOOK_UP = { method: 'look_up', principal: admin, input: { title: 'Emma' }, requestId: 'req_1' };

test('what is prepared before the transaction begins is handed to the handler', async () => {
  let journal: readonly string[] = ['not asked'];
  const toys = preparing(async ({ read, decide }, title) => {
    journal = [...toys.storage.journal];
    return `${title} ${await read((library) => library.status())} ${await decide.status()}`;
  });
  expect(valueIn(await toys.registry.execute('library.write', LOOK_UP))).toBe('Emma OPEN null');
  // What stands in its way is looked for before, in a transaction that leaves nothing.
  expect(journal).toEqual(['begin tnt_a', 'governance', 'auditHead', 'rollback']);
});

test('it is prepared once, however often the transaction is tried', async () => {
  let [prepared, tries] = [0, 0];
  const { registry } = preparing(
    async () => `${(prepared += 1)}`,
    async (found) => {
      tries += 1;
      if (tries < 3) throw new StorageError('RETRY', 'deadlock');
      return found;
    },
  );
  expect(valueIn(await registry.execute('library.write', LOOK_UP))).toBe('1');
  expect([prepared, tries]).toEqual([1, 3]);
});

test('nothing is prepared for whom authority or the input refuses', async () => {
  let prepared = 0;
  const { registry } = preparing(async () => `${(prepared += 1)}`);
  await registry.execute('library.write', { ...LOOK_UP, principal: person('cus', 'tnt_a', []) });
  await registry.execute('library.write', { ...LOOK_UP, principal: person('int') });
  await registry.execute('library.write', { ...LOOK_UP, input: { title: 1 } });
  await registry.execute('library.write', { ...LOOK_UP, tenantId: 'tnt_b' });
  expect(prepared).toBe(0);
});

describe('nothing is prepared, and so nothing sent,', () => {
  const counting = () => {
    const prepared: string[] = [];
    return { ...preparing(async (_outside, title) => `${prepared.push(title)}`), prepared };
  };
  const once = { ...LOOK_UP, idempotencyKey: 'once' };

  test('for a replay, nor for another request under the same key', async () => {
    const { registry, prepared } = counting();
    expect(valueIn(await registry.execute('library.write', once))).toBe('1');
    expect(await registry.execute('library.write', once)).toMatchObject({ ok: true, value: '1', replayed: true });
    expect(denialIn(await registry.execute('library.write', { ...once, input: { title: 'Persuasion' } })).code).toBe('IDEMPOTENCY_MISMATCH');
    expect(prepared).toEqual(['Emma']);
  });

  test('while the same key is in flight', async () => {
    const { promise, resolve } = Promise.withResolvers<null>();
    const prepared: string[] = [];
    const { registry, storage } = preparing(async (_outside, title) => `${prepared.push(title)}`, async (found) => ((await promise), found));
    const first = registry.execute('library.write', once);
    for (let turns = 0; turns < 100 && storage.begun < 2; turns += 1) await setImmediate();
    expect(denialIn(await registry.execute('library.write', once)).code).toBe('IDEMPOTENCY_IN_FLIGHT');
    resolve(null);
    valueIn(await first);
    expect(prepared).toEqual(['Emma']);
  });

  test('while the installation is degraded', async () => {
    const { registry, storage, prepared } = counting();
    storage.degraded = { reason: 'x' };
    expect(denialIn(await registry.execute('library.write', LOOK_UP))).toMatchObject({ code: 'DEGRADED', retryAfterSeconds: 30 });
    expect(prepared).toEqual([]);
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({ outcome: 'DENIED' });
  });

  test('where a rule stops the write, which is recorded once; in MONITOR it is prepared for, and the breach recorded once', async () => {
    const { registry, storage, libraries, prepared } = counting();
    libraries.set('tnt_a', { status: 'CLOSED', room: 0, books: [] });
    expect(denialIn(await registry.execute('library.write', LOOK_UP))).toMatchObject({ code: 'INVARIANT_VIOLATION', violations: [{ invariantId: 'BI-BOOK-008' }] });
    expect([prepared.length, storage.violations.length]).toEqual([0, 1]);
    storage.settings.push({ invariantId: 'BI-BOOK-008', tenantId: 'tnt_a', mode: 'MONITOR', expiresAt: null });
    valueIn(await registry.execute('library.write', LOOK_UP));
    expect([prepared.length, storage.violations.length]).toEqual([1, 2]);
  });

  test('where a fact cannot be read, which the log is told of', async () => {
    const error = new Error('the row is gone');
    const lost = fact({ name: 'status', lock: 'share', resolve: async (_scope: LibraryWriter): Promise<string> => { throw error; } });
    const unread = transitionInvariant({ ...isOpen, needs: [lost], holds: () => true });
    const prepared: string[] = [];
    const told: unknown[] = [];
    const operation = preparedWriteOperation<LibraryWriter, LibraryReader, LibraryReader>()({
      ...USUAL, address: ['library.write', 'look_up'], anchor: 'library.look_up', input: z.strictObject({ title: z.string() }), output: z.null(), invariants: [unread], subject: () => null,
      prepare: async ({ request }) => prepared.push(request.input.title),
      run: async () => ok(null),
    });
    const { registry } = house({ operations: [operation], invariants: [unread] }, { reporter: { failure: (event) => told.push(event) } });
    expect(denialIn(await registry.execute('library.write', LOOK_UP))).toMatchObject({ code: 'INVARIANT_UNEVALUABLE', status: 503 });
    expect([prepared, told]).toEqual([[], [{ requestId: 'req_1', address: 'library.write', method: 'look_up', error }]]);
  });
});

test('what came in the way while it was prepared stops the write, for the transaction judges all of it again', async () => {
  const toys = preparing(async () => {
    toys.libraries.set('tnt_a', { status: 'CLOSED', room: 0, books: [] });
    return 'too late';
  });
  expect(denialIn(await toys.registry.execute('library.write', LOOK_UP)).code).toBe('INVARIANT_VIOLATION');
});

test.each([['a bug', new Error('hunter2'), 'INTERNAL'], ['an outage', new StorageError('OUTAGE', 'hunter2'), 'UNAVAILABLE']] as const)(
  'preparing that ends in %s writes nothing, and says nothing of it', async (_what, error, code) => {
    const { registry, failures, storage } = preparing(async () => {
      throw error;
    });
    const denial = denialIn(await registry.execute('library.write', LOOK_UP));
    expect(denial.code).toBe(code);
    expect(JSON.stringify(denial)).not.toContain('hunter2');
    expect(failures).toEqual([error]);
    expect((storage.entries.get('tnt_a') ?? []).slice(1).map(({ outcome }) => outcome)).toEqual(code === 'INTERNAL' ? ['FAILED'] : []);
  },
);
