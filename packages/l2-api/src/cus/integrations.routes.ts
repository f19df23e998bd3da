import type { Route } from '../http/route.ts';

const integration = { id: 'integrationId' } as const;

export const integrationRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/integrations', operation: ['integrations.write', 'create'], success: 201,
    example: { connectorType: 'OPENAI', name: 'OpenAI, production', config: { organization: 'acme' }, credential: 'sk-your-own-key' },
  },
  {
    method: 'GET', path: '/integrations', operation: ['integrations.query', 'list'], success: 200,
    query: ['limit', 'cursor', 'status', 'connectorType', 'health'],
  },
  { method: 'GET', path: '/integrations/{id}', operation: ['integrations.query', 'get'], params: integration, success: 200 },
  {
    method: 'PATCH', path: '/integrations/{id}', operation: ['integrations.write', 'update'], params: integration, success: 200,
    example: { version: 1, name: 'OpenAI, staging' },
  },
  { method: 'DELETE', path: '/integrations/{id}', operation: ['integrations.write', 'delete'], params: integration, success: 204 },
  { method: 'POST', path: '/integrations/{id}/enable', operation: ['integrations.write', 'enable'], params: integration, success: 200 },
  { method: 'POST', path: '/integrations/{id}/disable', operation: ['integrations.write', 'disable'], params: integration, success: 200 },
  { method: 'POST', path: '/integrations/{id}/probe', operation: ['integrations.write', 'probe'], params: integration, success: 200 },
  {
    method: 'POST', path: '/integrations/{id}/credential', operation: ['integrations.write', 'rotate_credential'], params: integration, success: 200,
    example: { credential: 'sk-your-new-key' },
  },
  { method: 'GET', path: '/integrations/{id}/health', operation: ['integrations.query', 'health'], params: integration, success: 200 },
  { method: 'GET', path: '/connector-types', operation: ['connector_types.query', 'list'], success: 200 },
];
