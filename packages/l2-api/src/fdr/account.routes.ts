import type { Route } from '../http/route.ts';
import { createTenant } from './create-tenant.ts';
import { rewrapDataKeys } from './rewrap-data-keys.ts';

/** A step of a tenant's life: the tenant is the path's, the reason the body's. */
const step = (name: string): Route => ({
  method: 'POST', path: `/tenants/{id}/${name}`, operation: ['account.write', `${name}_tenant`], tenant: 'id', success: 200,
  example: { reason: 'Agreed with the customer on 3 March.' },
});

export const accountRoutes: readonly Route[] = [
  { method: 'POST', path: '/organizations', operation: ['account.write', 'create_organization'], success: 201, example: { name: 'Acme' } },
  {
    method: 'POST', path: '/tenants', operation: ['account.write', 'create_tenant'], success: 201, composition: createTenant,
    example: { organizationId: 'org_01jq3v0hxkf2q8m4n6p7r9s0t1', name: 'Acme Production', plan: 'PRO', contactEmail: 'ops@acme.example' },
  },
  { method: 'POST', path: '/tenants/{id}/provision', operation: ['account.write', 'provision_tenant'], tenant: 'id', success: 200 },
  { method: 'GET', path: '/tenants', operation: ['account.query', 'list_tenants'], query: ['limit', 'cursor', 'status', 'organizationId'], success: 200 },
  { method: 'GET', path: '/tenants/{id}', operation: ['account.query', 'get_tenant'], tenant: 'id', success: 200 },
  step('suspend'),
  step('resume'),
  step('terminate'),
  step('archive'),
  {
    method: 'PUT', path: '/tenants/{id}/rate-limits', operation: ['account.write', 'set_rate_limits'], tenant: 'id', success: 200,
    example: { rateLimits: [{ name: 'per-second', limit: 500, windowMs: 1000 }, { name: 'per-day', limit: 5_000_000, windowMs: 86_400_000, algorithm: 'FIXED' }] },
  },
  {
    method: 'POST', path: '/data-keys/rewrap', operation: ['account.write', 'rewrap_data_keys'], success: 200, composition: rewrapDataKeys,
    example: { limit: 50 },
  },
  { method: 'POST', path: '/tokens', operation: ['account.write', 'create_token'], success: 201, example: { plane: 'int', name: 'edge gateway' } },
  { method: 'GET', path: '/tokens', operation: ['account.query', 'list_tokens'], query: ['limit', 'cursor', 'plane'], success: 200 },
  { method: 'DELETE', path: '/tokens/{id}', operation: ['account.write', 'revoke_token'], params: { id: 'tokenId' }, success: 204 },
];
