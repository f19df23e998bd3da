import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { limit, paged, pageOf, positionCursor, writePosition } from '../page.ts';
import { id } from '../text.ts';
import { deadLetterShape, showDeadLetter } from './shapes.ts';

/** What an endpoint was not told of, the newest event first. */
export const listDeadLetters = readOperation<ReadScope>()({
  address: ['webhooks.query', 'dead_letters'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:webhooks.read',
  tenancy: 'tenant',
  summary: 'Lists events that were given up after 24 hours, the newest first.',
  input: z.strictObject({ webhookId: id, limit, cursor: positionCursor.optional() }),
  output: pageOf(deadLetterShape),
  rejections: NOT_FOUND,
  run: async ({ request: { tenantId, input: { webhookId, limit: size, cursor: before } }, scope }) => {
    if ((await scope.webhookEndpoints.get(tenantId, webhookId)) === null) return notFound();
    const rows = await scope.deadLetters.listTold(tenantId, webhookId, { before, limit: size + 1 });
    return ok(paged(rows, size, showDeadLetter, ({ eventSeq, eventOrdinal }) => writePosition({ seq: eventSeq, ordinal: eventOrdinal })));
  },
});
