import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { keysetCursor, limit, paged, pageOf, writeKeyset } from '../page.ts';
import { showWebhook, webhookShape } from './shapes.ts';

/** The tenant's endpoints, the newest first. */
export const listWebhooks = readOperation<ReadScope>()({
  address: ['webhooks.query', 'list'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:webhooks.read',
  tenancy: 'tenant',
  summary: 'Lists webhook endpoints, the newest first.',
  input: z.strictObject({ limit, cursor: keysetCursor.optional() }),
  output: pageOf(webhookShape),
  rejections: {},
  run: async ({ request: { tenantId, input: { limit: size, cursor: after } }, scope }) => {
    const rows = await scope.webhookEndpoints.list(tenantId, { after, limit: size + 1 });
    return ok(paged(rows, size, showWebhook, writeKeyset));
  },
});
