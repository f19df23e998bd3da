import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { verifyChain } from '../../kernel/audit.ts';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import type { AuditEntryRow } from '../rows.ts';
import { chainVerdictShape } from './shapes.ts';

const PAGE = 500;

/** Verifies the tenant's whole audit chain against its stored head: an edited, missing, moved or cut entry is found. */
export const verifyAudit = readOperation<ReadScope>()({
  address: ['audit.query', 'verify'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:audit.read',
  tenancy: 'tenant',
  summary: 'Verifies the audit chain: every hash, every link, and its end.',
  input: z.strictObject({}),
  output: chainVerdictShape,
  rejections: {},
  run: async ({ request: { tenantId }, scope }) => {
    const head = await scope.audit.head(tenantId);
    const verdict = await verifyChain(tenantId, head, pagesOf(scope, tenantId));
    // Whoever asks has a key, and what made it is on the chain: one that was removed whole is no empty one.
    return ok(verdict.valid && head === null ? { ...verdict, valid: false, firstInvalidSeq: 1, reason: 'the chain and its head are missing' } : verdict);
  },
});

/**
 * The chain in pages, so that a long one is never held whole.
 * INVARIANT: a read sees one instant, so the entries are those that the head was read with.
 */
async function* pagesOf({ audit }: ReadScope, tenantId: string): AsyncGenerator<readonly AuditEntryRow[]> {
  let afterSeq = 0;
  for (;;) {
    const page = await audit.entries(tenantId, { afterSeq, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    afterSeq = last.seq;
  }
}
