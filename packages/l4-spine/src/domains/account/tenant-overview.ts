import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { quotasShape, showTenant, tenantShape, usageShape } from './shapes.ts';

/** The caller's tenant, what its plan allows, and how much of that it has. */
export const tenantOverview = readOperation<ReadScope>()({
  address: ['account.query', 'tenant_overview'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:tenant.read',
  tenancy: 'tenant',
  summary: "Reads the caller's tenant with its quotas and usage.",
  input: z.strictObject({}),
  output: z.object({ tenant: tenantShape, quotas: quotasShape, usage: usageShape }),
  rejections: NOT_FOUND,
  run: async ({ request: { tenantId, now }, scope }) => {
    const [tenant, keys, projects] = await Promise.all([
      scope.tenants.get(tenantId),
      // Counted on the rows: a counter still holds keys that have expired since it last met the plan.
      scope.keys.countTowardsPlan(tenantId, now),
      scope.counters.get(tenantId, 'ACTIVE_PROJECTS'),
    ]);
    if (tenant === null) return notFound();
    const plan = await scope.plans.get(tenant.plan);
    if (plan === null) throw new Error(`the plan ${tenant.plan} of a tenant is missing`);
    const { name: _, ...quotas } = plan;
    return ok({ tenant: showTenant(tenant), quotas, usage: { serviceKeys: keys.service, managementKeys: keys.management, projects } });
  },
});
