import type { Route } from '../http/route.ts';

export const usageRoutes: readonly Route[] = [
  { method: 'GET', path: '/usage', operation: ['usage.query', 'tenant'], tenantQuery: 'tenantId', query: ['limit', 'cursor', 'from', 'to', 'bucket'], success: 200 },
];
