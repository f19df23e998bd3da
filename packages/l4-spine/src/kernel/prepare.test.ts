import { expect, test } from 'vitest';
import { z } from 'zod';
import { StorageError } from '../../test/fixtures/journaled-storage.ts';
import { admin, denialIn, house, person, USUAL, valueIn, type House, type LibraryReader, type LibraryWriter } from '../../test/fixtures/toy-library.ts';
import { preparedWriteOperation, type Outside } from './operation.ts';
import { ok } from './result.ts';

type Beside = Outside<LibraryReader, LibraryReader>;

/** A write that prepares by `prepare`, and answers what it was handed. */
function preparing(prepare: (outside: Beside, title: string) => Promise<string>, run: (prepared: string) => Promise<string> = async (prepared) => prepared): House {
  const operation = preparedWriteOperation<LibraryWriter, LibraryReader, LibraryReader>()({
    ...USUAL, address: ['library.write', 'look_up'], anchor: 'library.look_up', input: z.strictObject({ title: z.string() }), output: z.string(),
    invariants: [], exemption: { reason: 'a toy' }, subject: () => null,
    prepare: ({ request, outside }) => prepare(outside, request.input.title),
    run: async ({ prepared }) => ok(await run(prepared)),
  });
  return house({ operations: [operation], invariants: [] });
}
const LOOK_UP = { method: 'look_up', principal: admin, input: { title: 'Emma' }, requestId: 'req_1' };

test('what is prepared before the transaction begins is handed to the handler', async () => {
  let journal: readonly string[] = ['not asked'];
  const toys = preparing(async ({ read, decide }, title) => {
    journal = [...toys.storage.journal];
    return `${title} ${await read((library) => library.status())} ${await decide.status()}`;
  });
  expect(valueIn(await toys.registry.execute('library.write', LOOK_UP))).toBe('Emma OPEN null');
  expect(journal.filter((step) => step.startsWith('begin'))).toEqual([]);
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
