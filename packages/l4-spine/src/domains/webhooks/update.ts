import { REPLAY_REQUESTED, typesToldTo } from '@hoc/l5-engines/outbox/event-types';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import type { WebhookRow } from '../rows.ts';
import { id } from '../text.ts';
import { eventTypes, judgedUrl, url } from './settings.ts';
import { showWebhook, webhookShape } from './shapes.ts';

/**
 * Changes settings of an endpoint, if it is still at the version that the caller has read. A disabled one is told nothing, and goes on
 * where it stood once it is enabled again. Whoever changes its address, or enables it, has it tried again at once.
 */
export const updateWebhook = writeOperation<WriteScope>()({
  address: ['webhooks.write', 'update'],
  anchor: 'webhook.update',
  planes: ['cus'],
  permission: 'hoc:webhooks.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Changes URL, event types or status of a webhook endpoint, if its version is still the given one.',
  input: z.strictObject({
    webhookId: id, version: z.int().min(1), url: url.optional(), eventTypes: eventTypes.optional(), status: webhookShape.shape.status.optional(),
  }),
  output: webhookShape,
  invariants: [],
  exemption: { reason: 'An endpoint stands on no stored state but its own row, which is locked, and whose version decides. It brings nothing to life.' },
  rejections: { ...NOT_FOUND, ...INVALID_INPUT, VERSION_CONFLICT: { status: 409, title: 'The endpoint was changed meanwhile' } },
  subject: ({ input }) => input.webhookId,
  run: async ({ request: { tenantId, input, now }, scope }) => {
    const endpoint = await scope.webhookEndpoints.lockForUpdate(tenantId, input.webhookId);
    if (endpoint === null) return notFound();
    if (endpoint.version !== input.version) return reject('VERSION_CONFLICT', `The endpoint is at version ${endpoint.version}. Read it, and decide again.`);
    const judged = input.url === undefined ? { ok: true as const, url: endpoint.url } : judgedUrl(input.url, scope.urlPolicy);
    if (!judged.ok) return invalidInput(judged.problems);
    const { eventTypes: types = endpoint.eventTypes, status = endpoint.status } = input;
    const saved = await scope.webhookEndpoints.save({ ...endpoint, url: judged.url, eventTypes: types, status, updatedAt: now, version: endpoint.version + 1 }, endpoint.version);
    if (saved === null) throw new Error('an endpoint changed under its lock');
    const isTriedAgain = judged.url !== endpoint.url || (status === 'ENABLED' && endpoint.status === 'DISABLED');
    return ok(showWebhook(await placed(scope, saved, endpoint.eventTypes, isTriedAgain)));
  },
});

/**
 * The endpoint where it stands from now on: where it is owed nothing, at the end, so that a type which is new in its list counts from
 * now; and where it is told another event next than before, or is tried again, with no attempts held against it.
 */
async function placed({ events, webhookEndpoints }: WriteScope, endpoint: WebhookRow, typesBefore: readonly string[], isTriedAgain: boolean): Promise<WebhookRow> {
  const { tenantId, id: endpointId, eventTypes } = endpoint;
  const at = { seq: endpoint.cursorSeq, ordinal: endpoint.cursorOrdinal };
  // What a claim selects: a replay is owed whatever the list says.
  const next = (types: readonly string[]) => events.next(tenantId, at, { types: typesToldTo(types), addressed: { type: REPLAY_REQUESTED, endpointId } });
  const [last, before, now] = await Promise.all([events.last(tenantId), next(typesBefore), next(eventTypes)]);
  const isSame = before !== null && before.id === now?.id;
  if (isSame && !isTriedAgain) return endpoint;
  const { seq, ordinal } = before === null ? last : at;
  const { failingSince, lastFailedAt, lastFailure } = isTriedAgain ? NEVER_FAILED : endpoint;
  const moved = await webhookEndpoints.move(tenantId, endpointId, at, {
    cursorSeq: seq, cursorOrdinal: ordinal, failingSince, nextAttemptAt: null, attempts: 0, firstAttemptAt: null, lastFailedAt, lastFailure,
  });
  if (moved === null) throw new Error('an endpoint moved under its lock');
  return moved;
}

const NEVER_FAILED = { failingSince: null, lastFailedAt: null, lastFailure: null } as const;
