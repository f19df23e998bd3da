import { newSigningSecret, rotateSecret as decide } from '@hoc/l5-engines/outbox/webhook-secret';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { isoOrNull } from '../instant.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { rotatedWebhookShape, secretShown, showWebhook } from './shapes.ts';
import { sealSecrets, unsealSecrets } from './signing-secrets.ts';

/** Gives an endpoint a new secret, shown once. The one before goes on signing beside it for 24 hours. */
export const rotateWebhookSecret = writeOperation<WriteScope>()({
  address: ['webhooks.write', 'rotate_secret'],
  anchor: 'webhook.rotate_secret',
  planes: ['cus'],
  permission: 'hoc:webhooks.write',
  tenancy: 'tenant',
  whenDegraded: 'allowed',
  summary: 'Rotates the signing secret of a webhook endpoint: the new one is shown once, the old one signs beside it for 24 hours.',
  input: z.strictObject({ webhookId: id }),
  output: rotatedWebhookShape,
  invariants: [],
  exemption: { reason: 'A new secret protects, and stands on no stored state but the row of its endpoint, which is locked.' },
  rejections: NOT_FOUND,
  subject: ({ input }) => input.webhookId,
  replay: ({ webhook, previousSecretExpiresAt }) => ({ webhook, ...secretShown, previousSecretExpiresAt }),
  run: async ({ request: { tenantId, input, now }, scope }) => {
    const endpoint = await scope.webhookEndpoints.lockForUpdate(tenantId, input.webhookId);
    if (endpoint === null) return notFound();
    const secret = newSigningSecret(scope.vault.randomBytes);
    const before = await unsealSecrets(scope, endpoint);
    const secrets = before === null ? { current: secret, previous: null } : decide(before, secret, now);
    const sealed = await sealSecrets(scope, [tenantId, endpoint.id], secrets);
    if (sealed === null) throw new Error('an endpoint has a secret, and its tenant no data key');
    const saved = await scope.webhookEndpoints.save({ ...endpoint, ...sealed, updatedAt: now, version: endpoint.version + 1 }, endpoint.version);
    if (saved === null) throw new Error('an endpoint changed under its lock');
    return ok({ webhook: showWebhook(saved), secret: secret.reveal(), previousSecretExpiresAt: isoOrNull(secrets.previous?.until ?? null) });
  },
});
