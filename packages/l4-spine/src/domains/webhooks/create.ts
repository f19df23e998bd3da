import { newId } from '@hoc/l5-engines/ids';
import { ALL_TYPES } from '@hoc/l5-engines/outbox/event-types';
import { newSigningSecret } from '@hoc/l5-engines/outbox/webhook-secret';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok, reject } from '../../kernel/result.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import type { WebhookRow } from '../rows.ts';
import { webhookOfActiveTenant } from './invariants.ts';
import { eventTypes, judgedUrl, url } from './settings.ts';
import { issuedWebhookShape, secretShown, showWebhook } from './shapes.ts';
import { sealSecrets } from './signing-secrets.ts';

/** Every event of a tenant is sent to each of its endpoints. */
const MAX_ENDPOINTS = 20;

/** Makes an endpoint that is told of the tenant's events from now on. What it signs with is shown once. */
export const createWebhook = writeOperation<WriteScope>()({
  address: ['webhooks.write', 'create'],
  anchor: 'webhook.create',
  planes: ['cus'],
  permission: 'hoc:webhooks.write',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Creates a webhook endpoint, which is told of events from now on; its signing secret is shown once.',
  input: z.strictObject({ url, eventTypes: eventTypes.default([ALL_TYPES]) }),
  output: issuedWebhookShape,
  invariants: [webhookOfActiveTenant],
  rejections: { ...NOT_FOUND, ...INVALID_INPUT, WEBHOOK_LIMIT: { status: 409, title: 'Too many webhook endpoints' } },
  subject: (_request, issued) => issued?.webhook.id ?? null,
  replay: ({ webhook }) => ({ webhook, ...secretShown }),
  run: async ({ request: { input, principal, now }, facts: { tenant }, scope }) => {
    if (tenant === null) return notFound();
    const judged = judgedUrl(input.url, scope.urlPolicy);
    if (!judged.ok) return invalidInput(judged.problems);
    const [id, secret] = [newId('whk'), newSigningSecret(scope.vault.randomBytes)];
    // The end of the audit chain is this write's: nobody makes another endpoint or tells another event meanwhile.
    const [others, last, sealed] = await Promise.all([
      scope.webhookEndpoints.list(tenant.id, { limit: MAX_ENDPOINTS }),
      scope.events.last(tenant.id),
      sealSecrets(scope, [tenant.id, id], { current: secret, previous: null }),
    ]);
    if (others.length >= MAX_ENDPOINTS) return reject('WEBHOOK_LIMIT', `A tenant has at most ${MAX_ENDPOINTS} webhook endpoints.`);
    // Where the rule is only monitored: a tenant that was never provisioned.
    if (sealed === null) return notFound();
    const endpoint: WebhookRow = {
      tenantId: tenant.id, id, url: judged.url, eventTypes: input.eventTypes, ...sealed, status: 'ENABLED', cursorSeq: last.seq, cursorOrdinal: last.ordinal,
      failingSince: null, nextAttemptAt: null, attempts: 0, firstAttemptAt: null, lastFailedAt: null, lastFailure: null,
      createdBy: actorOf(principal), createdAt: now, updatedAt: now, deletedAt: null, version: 1,
    };
    await scope.webhookEndpoints.insert(endpoint);
    return ok({ webhook: showWebhook(endpoint), secret: secret.reveal() });
  },
});
