import type { Route } from '../http/route.ts';

export const accountRoutes: readonly Route[] = [
  { method: 'GET', path: '/tenant', operation: ['account.query', 'tenant_overview'], success: 200 },
  { method: 'POST', path: '/projects', operation: ['account.write', 'create_project'], success: 201, example: { name: 'billing' } },
  { method: 'GET', path: '/projects', operation: ['account.query', 'list_projects'], query: ['limit', 'cursor', 'status'], success: 200 },
  {
    method: 'POST', path: '/projects/{id}/archive', operation: ['account.write', 'archive_project'], params: { id: 'projectId' }, success: 200,
    example: { reason: 'The product was discontinued.' },
  },
  {
    method: 'PUT', path: '/owner-rate-limits', operation: ['account.write', 'set_owner_rate_limits'], success: 200,
    example: { rateLimits: [{ name: 'per-minute', limit: 600, windowMs: 60_000 }] },
  },
];
