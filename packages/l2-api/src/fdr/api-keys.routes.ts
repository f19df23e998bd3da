import type { Route } from '../http/route.ts';

export const apiKeyRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/tenants/{id}/management-keys', operation: ['api_keys.write', 'create'], tenant: 'id', success: 201,
    body: ['name', 'permissions'], fixed: { environment: 'live' }, id: 'fdrApiKeysCreateManagementKey', example: { name: 'recovery' },
  },
];
