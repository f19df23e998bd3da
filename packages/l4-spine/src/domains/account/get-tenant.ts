import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { showTenant, tenantShape } from './shapes.ts';

/** One tenant, for operators, in whatever status. */
export const getTenant = readOperation<ReadScope>()({
  address: ['account.query', 'get_tenant'],
  anchor: null,
  planes: ['fdr'],
  permission: 'hoc:tenants.read',
  tenancy: 'tenant',
  summary: 'Reads a tenant.',
  input: z.strictObject({}),
  output: tenantShape,
  rejections: NOT_FOUND,
  run: async ({ request: { tenantId }, scope }) => {
    const tenant = await scope.tenants.get(tenantId);
    return tenant === null ? notFound() : ok(showTenant(tenant));
  },
});
