import type { Route } from '../http/route.ts';
import { verifyBatch } from './verify-batch.ts';

const question = { token: 'hoc_live_0aZ3kQ9XbT2fLm_…', permissions: { and: ['invoices:read', { not: 'invoices:delete' }] }, address: '203.0.113.7', cost: 2, acquire: { seconds: 60 } };

export const apiKeyRoutes: readonly Route[] = [
  { method: 'POST', path: '/keys/verify', operation: ['api_keys.query', 'verify'], success: 200, example: question },
  {
    method: 'POST', path: '/keys/verify-batch', operation: ['api_keys.query', 'verify'], success: 200, id: 'intApiKeysVerifyBatch',
    composition: verifyBatch, example: { items: [question, { token: 'hoc_live_…' }] },
  },
  {
    method: 'POST', path: '/leases/release', operation: ['api_keys.query', 'release_lease'], success: 200,
    example: { tenantId: 'tnt_…', keyId: 'key_…', leaseId: 'lse_…' },
  },
  {
    method: 'POST', path: '/leases/renew', operation: ['api_keys.query', 'renew_lease'], success: 200,
    example: { tenantId: 'tnt_…', keyId: 'key_…', leaseId: 'lse_…', seconds: 60 },
  },
];
