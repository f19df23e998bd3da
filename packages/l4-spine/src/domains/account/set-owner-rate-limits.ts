import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { rateLimits } from '../rate-limits.ts';
import { tenantCanBeLimited } from './invariants.ts';
import { showTenant, tenantShape } from './shapes.ts';

/** Sets what the keys of each owner (`ownerRef`) of the caller's tenant may be verified together: the same limits for each, counted for each alone. */
export const setOwnerRateLimits = writeOperation<WriteScope>()({
  address: ['account.write', 'set_owner_rate_limits'],
  anchor: 'tenant.set_owner_rate_limits',
  planes: ['cus'],
  permission: 'hoc:limits.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Sets the rate limits that the keys of one ownerRef draw from together, for each ownerRef of the tenant; an empty list lifts them.',
  input: z.strictObject({ rateLimits }),
  output: tenantShape,
  invariants: [tenantCanBeLimited],
  rejections: NOT_FOUND,
  subject: ({ tenantId }) => tenantId,
  events: (_request, tenant) => [event('tenant.limits_changed', { tenant })],
  run: async ({ request: { tenantId, input, now }, scope }) => {
    const tenant = await scope.tenants.setOwnerRateLimits(tenantId, input.rateLimits, now);
    return tenant === null ? notFound() : ok(showTenant(tenant));
  },
});
