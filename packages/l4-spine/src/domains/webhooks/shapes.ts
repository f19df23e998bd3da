import { z } from 'zod';
import { actorShape } from '../actor.ts';
import { instantOut, isoOrNull } from '../instant.ts';
import type { DeadLetterRow, WebhookRow } from '../rows.ts';

/** An endpoint as everybody sees it: never what it signs with. `attempts` is of the event that it is told now; `failingSince` ends when one is taken. */
export const webhookShape = z.object({
  id: z.string(), tenantId: z.string(), url: z.string(), eventTypes: z.array(z.string()), status: z.enum(['ENABLED', 'DISABLED']),
  failingSince: instantOut.nullable(), attempts: z.int(),
  lastFailure: z.object({ at: instantOut, reason: z.string() }).nullable(), createdBy: actorShape, createdAt: instantOut, updatedAt: instantOut, version: z.int(),
});
export type WebhookShape = z.output<typeof webhookShape>;

export const showWebhook = (endpoint: WebhookRow): WebhookShape => ({
  id: endpoint.id, tenantId: endpoint.tenantId, url: endpoint.url, eventTypes: [...endpoint.eventTypes], status: endpoint.status,
  failingSince: isoOrNull(endpoint.failingSince), attempts: endpoint.attempts, lastFailure: lastFailureOf(endpoint), createdBy: endpoint.createdBy,
  createdAt: endpoint.createdAt.toISOString(), updatedAt: endpoint.updatedAt.toISOString(), version: endpoint.version,
});

const lastFailureOf = ({ lastFailedAt, lastFailure }: WebhookRow): WebhookShape['lastFailure'] =>
  lastFailedAt === null || lastFailure === null ? null : { at: lastFailedAt.toISOString(), reason: lastFailure };

/** A signing secret in an answer: only in that of the call that made it. A replay says that it was shown. */
const secretOnce = { secret: z.string().nullable(), secretShown: z.literal(true).optional() } as const;

/** What a replay says where the secret stood. */
export const secretShown = { secret: null, secretShown: true } as const;

/** An endpoint that was just made. */
export const issuedWebhookShape = z.object({ webhook: webhookShape, ...secretOnce });

/** An endpoint whose secret was just rotated; the one before signs too until then, where it could still be read. */
export const rotatedWebhookShape = z.object({ webhook: webhookShape, ...secretOnce, previousSecretExpiresAt: instantOut.nullable() });

/** An event that was given up. `replayedAt`: when it was put back to be sent again. */
export const deadLetterShape = z.object({
  event: z.object({ id: z.string(), type: z.string(), timestamp: instantOut }), reason: z.string(), attempts: z.int(),
  firstAttemptAt: instantOut, buriedAt: instantOut, replayedAt: instantOut.nullable(),
});
export type DeadLetterShape = z.output<typeof deadLetterShape>;

export const showDeadLetter = (letter: DeadLetterRow): DeadLetterShape => ({
  event: { id: letter.eventId, type: letter.eventType, timestamp: letter.eventAt.toISOString() }, reason: letter.reason, attempts: letter.attempts,
  firstAttemptAt: letter.firstAttemptAt.toISOString(), buriedAt: letter.buriedAt.toISOString(), replayedAt: isoOrNull(letter.replayedAt),
});
