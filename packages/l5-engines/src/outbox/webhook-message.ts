import { createHmac } from 'node:crypto';
import type { Secret } from '../secret.ts';
import { keyOfSecret } from './webhook-secret.ts';

/** An event as it was written down. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly at: Date;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A signed message: one header per name, and the body that was signed, byte for byte. */
export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The message that tells an event, as Standard Webhooks has it: `webhook-id` is the event's id at every attempt, so that a
 * receiver knows what it has seen; the signature is over id, time of the attempt and body, by each secret that signs now.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const webhookMessage = ({ id, type, at, payload }: ToldEvent, secrets: readonly Secret[], now: Date): WebhookMessage => {
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data: payload });
  const seconds = Math.floor(now.getTime() / 1000);
  const signed = `${id}.${seconds}.${body}`;
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', keyOfSecret(secret)).update(signed).digest('base64')}`);
  return {
    body,
    headers: {
      'content-type': 'application/json', 'user-agent': 'HOC-Webhooks/1',
      'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signatures.join(' '),
    },
  };
};
