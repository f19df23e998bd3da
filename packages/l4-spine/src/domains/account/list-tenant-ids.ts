import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { limit, paged, pageOf } from '../page.ts';
import { id } from '../text.ts';

/** The ids of all tenants in their own order: for work that goes tenant by tenant (SCALE-OUT.md, rules 5 and 11). The cursor is the last id. */
export const listTenantIds = readOperation<ReadScope>()({
  address: ['account.query', 'list_tenant_ids'],
  anchor: null,
  planes: ['fdr'],
  permission: 'hoc:tenants.read',
  tenancy: 'platform',
  summary: 'Lists the ids of all tenants, in their own order.',
  input: z.strictObject({ limit, cursor: id.optional() }),
  output: pageOf(z.string()),
  rejections: {},
  run: async ({ request: { input }, scope }) => {
    const ids = await scope.tenants.ids(input.cursor, input.limit + 1);
    return ok(paged(ids, input.limit, (one) => one, (last) => last));
  },
});
