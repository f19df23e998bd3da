import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';

/** How many of a tenant's data keys `rewrap_data_keys` would wrap again: where there is none, the write and its audit entry are saved. */
export const staleDataKeys = readOperation<ReadScope>()({
  address: ['account.query', 'stale_data_keys'],
  anchor: null,
  planes: ['fdr'],
  // Whoever may wrap them again may learn whether that is needed.
  permission: 'hoc:data-keys.rewrap',
  tenancy: 'tenant',
  summary: "Counts a tenant's data keys that another key-encryption key than the current one wraps.",
  input: z.strictObject({}),
  output: z.object({ stale: z.int() }),
  rejections: {},
  run: async ({ request: { tenantId }, scope }) => {
    const stale = await scope.dataKeys.listWrappedOtherwise(tenantId, scope.currentKekId);
    return ok({ stale: stale.length });
  },
});
