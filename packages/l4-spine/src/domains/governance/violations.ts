import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { keysetCursor, limit, paged, pageOf, writeKeyset } from '../page.ts';
import { id } from '../text.ts';
import { showViolation, violationShape } from './shapes.ts';

/** What did not hold, blocked or only recorded, the newest first; of one tenant or of all. */
export const violationsQuery = readOperation<ReadScope>()({
  address: ['governance.query', 'violations'],
  anchor: null,
  planes: ['fdr'],
  permission: 'hoc:governance.read',
  tenancy: 'platform',
  summary: 'Lists violations of invariants, the newest first.',
  input: z.strictObject({ tenantId: id.optional(), invariantId: id.optional(), limit, cursor: keysetCursor.optional() }),
  output: pageOf(violationShape),
  rejections: {},
  run: async ({ request: { input }, scope }) => {
    const { tenantId, invariantId, limit: size, cursor } = input;
    const after = cursor === undefined ? undefined : { at: cursor.createdAt, id: cursor.id };
    const rows = await scope.violations.list({ tenantId, invariantId, after, limit: size + 1 });
    return ok(paged(rows, size, showViolation, ({ at, id: last }) => writeKeyset({ createdAt: at, id: last })));
  },
});
