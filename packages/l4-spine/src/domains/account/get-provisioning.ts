import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { tokenShown } from '../shown-once.ts';
import { provisioningShape, showTenant } from './shapes.ts';

/** What provisioning answered, without the token: for a caller who repeats a request that was carried out. */
export const getProvisioning = readOperation<ReadScope>()({
  address: ['account.query', 'get_provisioning'],
  anchor: null,
  planes: ['fdr'],
  // Whoever may provision may learn that it was done.
  permission: 'hoc:tenants.provision',
  tenancy: 'tenant',
  summary: 'Reads what the provisioning of a tenant answered; the token was shown then.',
  input: z.strictObject({}),
  output: provisioningShape,
  rejections: NOT_FOUND,
  run: async ({ request: { tenantId }, scope }) => {
    const [tenant, key] = await Promise.all([scope.tenants.get(tenantId), scope.keys.firstManagementKey(tenantId)]);
    if (tenant === null || key === null) return notFound();
    return ok({ tenant: showTenant(tenant), managementKey: { id: key.id, ...tokenShown } });
  },
});
