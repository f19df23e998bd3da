import { link, type AuditEntry, type AuditHead } from '@hoc/l4-spine/kernel/audit';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { TENANT_ID, type Shelf } from './books.ts';

/** What the kernel does to a write and to a decision, written out by hand, for the frameworks that leave it to those who use them. */

export function demand(principal: Principal, plane: Principal['plane'], permission: string): void {
  if (principal.plane !== plane) throw new Error('a token of another plane');
  if (!principal.permissions.has(permission)) throw new Error(`the token lacks ${permission}`);
}

export type Facts = { readonly tenant: Awaited<ReturnType<Shelf['tenant']>>; readonly books: number };

export async function factsOf(shelf: Shelf): Promise<Facts> {
  const [tenant, books] = await Promise.all([shelf.tenant(TENANT_ID), shelf.books(TENANT_ID)]);
  return { tenant, books };
}

export function holdRules({ tenant, books }: Facts): void {
  if (tenant?.status !== 'ACTIVE') throw new Error('the tenant is not active');
  if (books >= tenant.maxBooks) throw new Error('the plan is used up');
}

/** The end of a chain, and the same canonical JSON and hash for the entry of each write. */
export class Chain {
  #head: AuditHead | null = null;

  append({ id, plane, name }: Principal, subject: string): AuditEntry {
    const entry = link(TENANT_ID, this.#head, {
      at: new Date(), actor: { plane, id, name }, address: 'books.write', method: 'create', anchor: 'book.create', outcome: 'COMMITTED', subject, requestId: 'req_bench',
      invariants: [{ id: 'BI-BENCH-001', mode: 'STRICT', outcome: 'HELD' }, { id: 'BI-BENCH-002', mode: 'STRICT', outcome: 'HELD' }],
    });
    this.#head = { seq: entry.seq, hash: entry.hash };
    return entry;
  }
}
