import type { Route } from '../http/route.ts';

const type = { id: 'name' } as const;

export const integrationRoutes: readonly Route[] = [
  { method: 'GET', path: '/connector-types', operation: ['connector_types.query', 'list_definitions'], success: 200 },
  {
    method: 'PUT', path: '/connector-types/{id}', operation: ['connector_types.write', 'put'], params: type, success: 200,
    example: {
      title: 'Weather', credentialKind: 'TOKEN',
      configSchema: { type: 'object', additionalProperties: false, required: ['city'], properties: { city: { type: 'string', maxLength: 100 } } },
      probe: { method: 'GET', url: 'https://weather.example/v1/{city}', headers: { authorization: 'Bearer {credential}' }, healthyStatuses: [200] },
    },
  },
  { method: 'DELETE', path: '/connector-types/{id}', operation: ['connector_types.write', 'remove'], params: type, success: 204 },
  {
    method: 'GET', path: '/integrations', operation: ['integrations.query', 'list'], tenantQuery: 'tenantId', success: 200,
    query: ['limit', 'cursor', 'status', 'connectorType', 'health'],
  },
];
