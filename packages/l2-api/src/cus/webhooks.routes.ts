import type { Route } from '../http/route.ts';

const webhook = { id: 'webhookId' } as const;

export const webhookRoutes: readonly Route[] = [
  {
    method: 'POST', path: '/webhooks', operation: ['webhooks.write', 'create'], success: 201,
    example: { url: 'https://acme.example/hoc-events', eventTypes: ['api_key.created', 'api_key.revoked'] },
  },
  { method: 'GET', path: '/webhooks', operation: ['webhooks.query', 'list'], query: ['limit', 'cursor'], success: 200 },
  { method: 'GET', path: '/webhooks/{id}', operation: ['webhooks.query', 'get'], params: webhook, success: 200 },
  {
    method: 'PATCH', path: '/webhooks/{id}', operation: ['webhooks.write', 'update'], params: webhook, success: 200,
    example: { version: 1, status: 'DISABLED' },
  },
  { method: 'DELETE', path: '/webhooks/{id}', operation: ['webhooks.write', 'delete'], params: webhook, success: 204 },
  { method: 'POST', path: '/webhooks/{id}/rotate-secret', operation: ['webhooks.write', 'rotate_secret'], params: webhook, success: 200 },
  { method: 'GET', path: '/webhooks/{id}/dead-letters', operation: ['webhooks.query', 'dead_letters'], params: webhook, query: ['limit', 'cursor'], success: 200 },
  {
    method: 'POST', path: '/webhooks/{id}/dead-letters/{eventId}/replay', operation: ['webhooks.write', 'replay'],
    params: { ...webhook, eventId: 'eventId' }, success: 200,
  },
];
