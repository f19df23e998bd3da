import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { rateLimits } from '../rate-limits.ts';
import { tenantCanBeLimited } from './invariants.ts';
import { showTenant, tenantShape } from './shapes.ts';

/**
 * Sets what all keys of a tenant together may be verified; none lifts it. Each verification that comes after the answer takes from these
 * limits. One that stays in the list under its name, algorithm and window keeps what was taken from it.
 */
export const setRateLimits = writeOperation<WriteScope>()({
  address: ['account.write', 'set_rate_limits'],
  anchor: 'tenant.set_rate_limits',
  planes: ['fdr'],
  permission: 'hoc:tenants.limit',
  tenancy: 'tenant',
  // Who throttles a tenant protects the others.
  whenDegraded: 'allowed',
  summary: 'Sets the rate limits that all keys of a tenant draw from together; an empty list lifts them.',
  input: z.strictObject({ rateLimits }),
  output: tenantShape,
  invariants: [tenantCanBeLimited],
  rejections: NOT_FOUND,
  subject: ({ tenantId }) => tenantId,
  events: (_request, tenant) => [event('tenant.limits_changed', { tenant })],
  run: async ({ request: { tenantId, input, now }, scope }) => {
    const tenant = await scope.tenants.setRateLimits(tenantId, input.rateLimits, now);
    return tenant === null ? notFound() : ok(showTenant(tenant));
  },
});
