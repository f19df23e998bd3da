import type { Route } from '../http/route.ts';

export const auditRoutes: readonly Route[] = [
  { method: 'GET', path: '/audit', operation: ['audit.query', 'list'], query: ['limit', 'cursor'], success: 200 },
  { method: 'GET', path: '/audit/verify', operation: ['audit.query', 'verify'], success: 200 },
];
