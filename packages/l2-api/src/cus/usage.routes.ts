import type { Route } from '../http/route.ts';

const query = ['limit', 'cursor', 'from', 'to', 'bucket'] as const;

export const usageRoutes: readonly Route[] = [
  { method: 'GET', path: '/usage', operation: ['usage.query', 'tenant'], query, success: 200 },
  { method: 'GET', path: '/api-keys/{id}/usage', operation: ['usage.query', 'key'], params: { id: 'keyId' }, query, success: 200 },
];
