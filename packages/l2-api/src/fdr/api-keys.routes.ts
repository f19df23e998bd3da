import type { Route } from '../http/route.ts';
import { createManagementKey } from './create-management-key.ts';

export const apiKeyRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/tenants/{id}/management-keys', operation: ['api_keys.write', 'create'], tenant: 'id', success: 201,
    composition: createManagementKey, id: 'fdrApiKeysCreateManagementKey', example: { name: 'recovery' },
  },
];
