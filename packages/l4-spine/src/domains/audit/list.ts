import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { limit, paged, pageOf, seqCursor, writeSeq } from '../page.ts';
import { auditEntryShape, showAuditEntry } from './shapes.ts';

/** The tenant's audit chain, the newest entry first. */
export const listAudit = readOperation<ReadScope>()({
  address: ['audit.query', 'list'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:audit.read',
  tenancy: 'tenant',
  summary: 'Lists audit entries, the newest first.',
  input: z.strictObject({ limit, cursor: seqCursor.optional() }),
  output: pageOf(auditEntryShape),
  rejections: {},
  run: async ({ request: { tenantId, input }, scope }) => {
    const { limit: size, cursor: beforeSeq } = input;
    const rows = await scope.audit.list(tenantId, { beforeSeq, limit: size + 1 });
    return ok(paged(rows, size, showAuditEntry, ({ seq }) => writeSeq(seq)));
  },
});
