import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { keysetCursor, limit, paged, pageOf, writeKeyset } from '../page.ts';
import { id } from '../text.ts';
import { showTenant, tenantShape } from './shapes.ts';

/** All tenants, the newest first. */
export const listTenants = readOperation<ReadScope>()({
  address: ['account.query', 'list_tenants'],
  anchor: null,
  planes: ['fdr'],
  permission: 'hoc:tenants.read',
  tenancy: 'platform',
  summary: 'Lists tenants, the newest first.',
  input: z.strictObject({ status: tenantShape.shape.status.optional(), organizationId: id.optional(), limit, cursor: keysetCursor.optional() }),
  output: pageOf(tenantShape),
  rejections: {},
  run: async ({ request: { input }, scope }) => {
    const { status, organizationId, limit: size, cursor: after } = input;
    const rows = await scope.tenants.list({ status, organizationId, after, limit: size + 1 });
    return ok(paged(rows, size, showTenant, writeKeyset));
  },
});
