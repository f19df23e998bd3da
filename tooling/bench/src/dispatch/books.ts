import { fact } from '@hoc/l4-spine/kernel/fact';
import { stateInvariant, transitionInvariant } from '@hoc/l4-spine/kernel/invariant';
import { writeOperation } from '@hoc/l4-spine/kernel/operation';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { ok } from '@hoc/l4-spine/kernel/result';
import { z } from 'zod';
import { NoOpStorage } from '../no-op-storage.ts';
import { quietRegistry } from './quiet-registry.ts';

/** What a write of the benchmark stands on. It answers at once and keeps nothing. */
export interface Shelf {
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

export interface NewBook {
  readonly title: string;
  readonly kind: 'NOVEL' | 'POEM';
  readonly tags: string[];
  readonly pages: number;
  readonly isDraft?: boolean | undefined;
}

export const newBook: z.ZodType<NewBook, NewBook> = z.strictObject({
  title: z.string().min(1).max(100),
  kind: z.enum(['NOVEL', 'POEM']),
  tags: z.array(z.string().max(40)).max(10),
  pages: z.int().min(1).max(10_000),
  isDraft: z.boolean().optional(),
});

const create = writeOperation<Shelf>()({
  address: ['books.write', 'create'], anchor: 'book.create', planes: ['cus'], permission: 'books.create', tenancy: 'tenant',
  summary: 'Creates a book', whenDegraded: 'refused', rejections: {},
  input: newBook,
  output: z.object({ id: z.string() }),
  invariants: [activeTenant, withinPlan],
  subject: (_request, value) => value?.id ?? null,
  run: async ({ request, scope }) => ok(await scope.insert({ tenantId: request.tenantId, title: request.input.title })),
});

const TENANT = { status: 'ACTIVE', maxBooks: 1_000_000 } as const;
export const TENANT_ID: string = 'tnt_01jzbench0000000000000000';

export const shelf: Shelf = {
  tenant: async () => TENANT,
  books: async () => 17,
  insert: async ({ title }) => ({ id: `book_${title.length}` }),
};

export const librarian: Principal = {
  plane: 'cus', id: 'key_01jzbench0000000000000000', name: 'bench', tenantId: TENANT_ID, permissions: new Set(['books.create', 'books.read', 'books.update']),
};

export const aBook: NewBook = { title: 'On the measurement of registries', kind: 'NOVEL', tags: ['a', 'b'], pages: 321, isDraft: false };

/** The write through the kernel. */
export function governedWrite(): () => Promise<void> {
  const registry = quietRegistry(new NoOpStorage(shelf), ['tenant', 'books']).register({ operations: [create], invariants: [activeTenant, withinPlan] }).freeze();
  const call = { method: 'create', principal: librarian, input: aBook };
  return async () => {
    const result = await registry.execute('books.write', call);
    if (!result.ok) throw new Error(`the write was denied: ${result.denial.code}`);
  };
}

/** Its parsing and its handler alone. */
export async function bareWrite(): Promise<void> {
  const request = { principal: librarian, tenantId: TENANT_ID, input: create.input.parse(aBook), now: new Date(), requestId: '' };
  const outcome = await create.run({ request, facts: { tenant: TENANT, books: 17 }, scope: shelf });
  if (!outcome.ok) throw new Error('the handler refused');
}
