import { fact } from '@hoc/l4-spine/kernel/fact';
import { stateInvariant, transitionInvariant } from '@hoc/l4-spine/kernel/invariant';
import { writeOperation } from '@hoc/l4-spine/kernel/operation';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { Registry } from '@hoc/l4-spine/kernel/registry';
import { ok } from '@hoc/l4-spine/kernel/result';
import { z } from 'zod';
import { NoOpStorage } from './no-op-storage.ts';
import type { Report } from './report.ts';
import { interleavedRounds, roundByRound, spreadOf, written, type Measured } from './rounds.ts';

const ROUNDS = 40;
const ITERATIONS = 10_000;
const TARGET_MICROSECONDS = 15;

interface Shelf {
  tenant(id: string): Promise<{ readonly status: 'ACTIVE' | 'SUSPENDED'; readonly maxBooks: number } | null>;
  books(tenantId: string): Promise<number>;
  insert(book: { readonly tenantId: string; readonly title: string }): Promise<{ readonly id: string }>;
}

const tenant = fact({ name: 'tenant', lock: 'share', resolve: (shelf: Shelf, { tenantId }) => shelf.tenant(tenantId) });
const books = fact({ name: 'books', lock: 'update', resolve: (shelf: Shelf, { tenantId }) => shelf.books(tenantId) });

const activeTenant = stateInvariant({
  id: 'BI-BENCH-001', guards: ['book.create'], severity: 'CRITICAL', status: 409, needs: [tenant],
  condition: 'The tenant of a new book is ACTIVE.', remediation: 'Resume the tenant.',
  holds: ({ tenant: found }) => found?.status === 'ACTIVE' || 'the tenant is not active',
  scan: async (_shelf: Shelf) => [],
});

const withinPlan = transitionInvariant({
  id: 'BI-BENCH-002', guards: ['book.create'], severity: 'HIGH', status: 409, needs: [tenant, books],
  condition: 'A tenant has at most as many books as its plan allows.', remediation: 'Change the plan.',
  holds: ({ tenant: found, books: count }) => count < (found?.maxBooks ?? 0) || 'the plan is used up',
});

const create = writeOperation<Shelf>()({
  address: ['books.write', 'create'], anchor: 'book.create', planes: ['cus'], permission: 'books.create', tenancy: 'tenant',
  summary: 'Creates a book', whenDegraded: 'refused', rejections: {},
  input: z.strictObject({
    title: z.string().min(1).max(100),
    kind: z.enum(['NOVEL', 'POEM']),
    tags: z.array(z.string().max(40)).max(10),
    pages: z.int().min(1).max(10_000),
    isDraft: z.boolean().optional(),
  }),
  output: z.object({ id: z.string() }),
  invariants: [activeTenant, withinPlan],
  subject: (_request, value) => value?.id ?? null,
  run: async ({ request, scope }) => ok(await scope.insert({ tenantId: request.tenantId, title: request.input.title })),
});

const TENANT = { status: 'ACTIVE', maxBooks: 1_000_000 } as const;
const shelf: Shelf = {
  tenant: async () => TENANT,
  books: async () => 17,
  insert: async ({ title }) => ({ id: `book_${title.length}` }),
};

const principal: Principal = {
  plane: 'cus', id: 'key_01jzbench0000000000000000', name: 'bench', tenantId: 'tnt_01jzbench0000000000000000',
  permissions: new Set(['books.create', 'books.read', 'books.update']),
};

const input = { title: 'On the measurement of registries', kind: 'NOVEL', tags: ['a', 'b'], pages: 321, isDraft: false };

/** What the kernel adds to a write, beyond the parsing of its input and the work itself; no SQL anywhere. */
export async function dispatchOverhead(): Promise<Report> {
  const registry = new Registry({
    storage: new NoOpStorage(shelf), lockOrder: ['tenant', 'books'], newViolationId: () => 'vio_bench', fingerprints: (request) => [request],
    reporter: { failure: ({ error }) => console.error(error) },
  }).register({ operations: [create], invariants: [activeTenant, withinPlan] }).freeze();

  const governed = {
    name: 'governed: registry.execute',
    run: async (iterations: number): Promise<void> => {
      for (let done = 0; done < iterations; done += 1) {
        const result = await registry.execute('books.write', { method: 'create', principal, input });
        if (!result.ok) throw new Error(`the write was denied: ${result.denial.code}`);
      }
    },
  };
  const bare = {
    name: 'bare: the same parsing, the same handler',
    run: async (iterations: number): Promise<void> => {
      for (let done = 0; done < iterations; done += 1) {
        const request = { principal, tenantId: 'tnt_01jzbench0000000000000000', input: create.input.parse(input), now: new Date(), requestId: '' };
        const outcome = await create.run({ request, facts: { tenant: TENANT, books: 17 }, scope: shelf });
        if (!outcome.ok) throw new Error('the handler refused');
      }
    },
  };

  const [ofGoverned, ofBare] = (await interleavedRounds([governed, bare], { rounds: ROUNDS, iterations: ITERATIONS })) as [Measured, Measured];
  const overhead = spreadOf(roundByRound(ofGoverned, ofBare, (one, other) => one - other));
  return {
    title: 'Dispatch overhead of a write (µs per operation)',
    compared:
      'registry.execute of a write with two invariants on two facts, audit entry with canonical JSON and SHA-256 hash included, ' +
      'against the bare parsing of the same input and the same handler. The storage answers at once and keeps nothing; no SQL.',
    often: `${ROUNDS} rounds in turns in one process, ${ITERATIONS} operations each, one at a time, after warm-up`,
    figures: [
      { name: ofGoverned.name, figure: written(spreadOf(ofGoverned.microseconds)) },
      { name: ofBare.name, figure: written(spreadOf(ofBare.microseconds)) },
      { name: 'overhead, round by round', figure: written(overhead) },
    ],
    target: { asked: `at most ${TARGET_MICROSECONDS} µs beyond the input parsing, by the median`, met: overhead.median <= TARGET_MICROSECONDS },
  };
}
