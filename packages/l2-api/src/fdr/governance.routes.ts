import type { Route } from '../http/route.ts';

const invariant = { id: 'invariantId' } as const;

export const governanceRoutes: readonly Route[] = [
  { method: 'GET', path: '/operations', operation: ['governance.query', 'operations'], success: 200 },
  { method: 'GET', path: '/invariants', operation: ['governance.query', 'invariants'], tenantQuery: 'tenantId', success: 200 },
  {
    method: 'PUT', path: '/invariants/{id}/mode', operation: ['governance.write', 'set_mode'], params: invariant, tenantField: 'tenantId', success: 200,
    example: { mode: 'MONITOR', owner: 'platform team', reason: 'Rolled out to see what it would block.', expiresAt: '2030-01-31T00:00:00Z' },
  },
  { method: 'GET', path: '/invariants/{id}/scan', operation: ['governance.query', 'scan'], params: invariant, tenantQuery: 'tenantId', success: 200 },
  { method: 'GET', path: '/violations', operation: ['governance.query', 'violations'], query: ['limit', 'cursor', 'invariantId', 'tenantId'], success: 200 },
  {
    method: 'PUT', path: '/degraded', operation: ['governance.write', 'set_degraded'], success: 200,
    example: { isDegraded: true, reason: 'The database is being moved.' },
  },
];
