import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { showWebhook, webhookShape } from './shapes.ts';

/** Takes an endpoint away: it is told nothing more, and what it was not told of yet it never is. */
export const deleteWebhook = writeOperation<WriteScope>()({
  address: ['webhooks.write', 'delete'],
  anchor: 'webhook.delete',
  planes: ['cus'],
  permission: 'hoc:webhooks.write',
  tenancy: 'tenant',
  whenDegraded: 'allowed',
  summary: 'Deletes a webhook endpoint: it is told nothing more.',
  input: z.strictObject({ webhookId: id }),
  output: webhookShape,
  invariants: [],
  exemption: { reason: 'Taking an endpoint away protects, and stands on no stored state but its own row, which is locked.' },
  rejections: NOT_FOUND,
  subject: ({ input }) => input.webhookId,
  run: async ({ request: { tenantId, input, now }, scope }) => {
    const endpoint = await scope.webhookEndpoints.lockForUpdate(tenantId, input.webhookId);
    if (endpoint === null) return notFound();
    const deleted = await scope.webhookEndpoints.save({ ...endpoint, status: 'DISABLED', updatedAt: now, deletedAt: now, version: endpoint.version + 1 }, endpoint.version);
    if (deleted === null) throw new Error('an endpoint changed under its lock');
    return ok(showWebhook(deleted));
  },
});
