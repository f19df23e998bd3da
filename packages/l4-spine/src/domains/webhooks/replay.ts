import { REPLAY_REQUESTED } from '@hoc/l5-engines/outbox/event-types';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { deadLetterShape, showDeadLetter } from './shapes.ts';

/**
 * Has an event that was given up sent again, under its own id. It takes its place behind what the endpoint is still to be told; where it
 * fails for another 24 hours, it is a dead letter again.
 */
export const replayDeadLetter = writeOperation<WriteScope>()({
  address: ['webhooks.write', 'replay'],
  anchor: 'webhook.replay',
  planes: ['cus'],
  permission: 'hoc:webhooks.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Has an event that was given up sent to its webhook endpoint again.',
  input: z.strictObject({ webhookId: id, eventId: id }),
  output: deadLetterShape,
  invariants: [],
  exemption: { reason: 'To tell again what was told before changes nothing; that it is not asked for twice is read under the lock of the endpoint.' },
  rejections: { ...NOT_FOUND, ALREADY_REPLAYED: { status: 409, title: 'Already replayed' } },
  subject: ({ input }) => input.webhookId,
  run: async ({ request: { tenantId, input, now }, scope }) => {
    const endpoint = await scope.webhookEndpoints.lockForUpdate(tenantId, input.webhookId);
    const letter = endpoint === null ? null : await scope.deadLetters.findByEvent(tenantId, endpoint.id, input.eventId);
    if (endpoint === null || letter === null) return notFound();
    if (letter.replayedAt !== null) return reject('ALREADY_REPLAYED', `The event was put back at ${letter.replayedAt.toISOString()}.`);
    const at = { seq: letter.eventSeq, ordinal: letter.eventOrdinal };
    await scope.deadLetters.markReplayed(tenantId, endpoint.id, at, now);
    return ok(showDeadLetter({ ...letter, replayedAt: now }), [event(REPLAY_REQUESTED, { endpointId: endpoint.id, ...at })]);
  },
});
