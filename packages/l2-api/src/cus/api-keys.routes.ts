import type { Route } from '../http/route.ts';

const key = { id: 'keyId' } as const;

export const apiKeyRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/api-keys', operation: ['api_keys.write', 'create'], success: 201,
    example: { name: 'production', environment: 'live', permissions: ['invoices:read', 'invoices:create'] },
  },
  {
    method: 'GET', path: '/api-keys', operation: ['api_keys.query', 'list'], success: 200,
    query: ['limit', 'cursor', 'status', 'projectId', 'environment', 'ownerRef', 'namePrefix'],
  },
  { method: 'GET', path: '/api-keys/{id}', operation: ['api_keys.query', 'get'], params: key, success: 200 },
  {
    method: 'PATCH', path: '/api-keys/{id}', operation: ['api_keys.write', 'update'], params: key, success: 200,
    example: { version: 1, name: 'production, billing only' },
  },
  {
    method: 'POST', path: '/api-keys/{id}/revoke', operation: ['api_keys.write', 'revoke'], params: key, success: 200,
    example: { reason: 'It was found in a public repository.' },
  },
  {
    method: 'POST', path: '/api-keys/{id}/freeze', operation: ['api_keys.write', 'freeze'], params: key, success: 200,
    example: { reason: 'An unusual rate of requests is looked into.' },
  },
  {
    method: 'POST', path: '/api-keys/{id}/unfreeze', operation: ['api_keys.write', 'unfreeze'], params: key, success: 200,
    example: { reason: 'The requests were a load test.' },
  },
  {
    method: 'POST', path: '/api-keys/{id}/rotate', operation: ['api_keys.write', 'rotate'], params: key, success: 200,
    example: { overlapSeconds: 86_400 },
  },
  { method: 'POST', path: '/api-keys/{id}/undo-rotation', operation: ['api_keys.write', 'undo_rotation'], params: key, success: 200 },
];
