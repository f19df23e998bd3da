import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { showWebhook, webhookShape } from './shapes.ts';

/** One endpoint of the tenant. */
export const getWebhook = readOperation<ReadScope>()({
  address: ['webhooks.query', 'get'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:webhooks.read',
  tenancy: 'tenant',
  summary: 'Reads a webhook endpoint.',
  input: z.strictObject({ webhookId: id }),
  output: webhookShape,
  rejections: NOT_FOUND,
  run: async ({ request: { tenantId, input }, scope }) => {
    const endpoint = await scope.webhookEndpoints.get(tenantId, input.webhookId);
    return endpoint === null ? notFound() : ok(showWebhook(endpoint));
  },
});
