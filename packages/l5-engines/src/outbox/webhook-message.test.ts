import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { webhookMessage } from './webhook-message.ts';
import { newSigningSecret, readSecrets, rotateSecret, signingNow, writeSecrets, ROTATION_OVERLAP_MS } from './webhook-secret.ts';

const drawn = (byte: number) => newSigningSecret((length) => new Uint8Array(length).fill(byte));
const event = { id: 'evt_1', type: 'api_key.created', at: new Date('2026-03-01T12:00:00.000Z'), payload: { key: { id: 'key_1', name: 'Zoë ✓' } } };
const now = new Date();
const verifies = (secret: Secret, { headers, body }: ReturnType<typeof webhookMessage>): unknown => new Webhook(secret.reveal()).verify(body, headers);

describe('a webhook message', () => {
  test('verifies with the standardwebhooks library, and holds type, time and data', () => {
    const message = webhookMessage(event, [drawn(7)], now);
    expect(verifies(drawn(7), message)).toEqual({ type: 'api_key.created', timestamp: '2026-03-01T12:00:00.000Z', data: event.payload });
    expect(message.headers).toMatchObject({ 'webhook-id': 'evt_1', 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)), 'content-type': 'application/json', 'user-agent': 'HOC-Webhooks/1' });
  });

  test('has the very signature that the library makes of id, time and body', () => {
    const secret = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const at = new Date(1_614_265_330_000);
    const body = '{"type":"t","timestamp":"2026-03-01T12:00:00.000Z","data":{}}';
    const message = webhookMessage({ ...event, id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', type: 't', payload: {} }, [secret], at);
    expect(message.body).toBe(body);
    expect(message.headers['webhook-signature']).toBe(new Webhook(secret.reveal()).sign('msg_p5jXN8AQM9LWM0D4loKWxJek', at, body));
  });

  test('does not verify with another secret, nor once body, id or time were changed', () => {
    const message = webhookMessage(event, [drawn(7)], now);
    expect(() => verifies(drawn(8), message)).toThrow();
    expect(() => verifies(drawn(7), { ...message, body: message.body.replace('key_1', 'key_2') })).toThrow();
    expect(() => verifies(drawn(7), { ...message, headers: { ...message.headers, 'webhook-id': 'evt_2' } })).toThrow();
    expect(() => verifies(drawn(7), { ...message, headers: { ...message.headers, 'webhook-timestamp': String(Math.floor(now.getTime() / 1000) - 1) } })).toThrow();
  });

  test('has the same body and id at every attempt', () => {
    const [first, later] = [webhookMessage(event, [drawn(7)], now), webhookMessage(event, [drawn(7)], new Date(now.getTime() + 60_000))];
    expect(later.body).toBe(first.body);
    expect(later.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(later.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
  });
});

describe('a signing secret', () => {
  test('is 32 bytes behind whsec_, and prints as redacted', () => {
    const secret = drawn(1);
    expect(secret.reveal()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify({ secret })).not.toContain('AQEB');
  });

  test('that was rotated signs beside the new one for 24 hours, and not a moment longer', () => {
    const rotated = rotateSecret({ current: drawn(1), previous: null }, drawn(2), now);
    const at = (ms: number): readonly Secret[] => signingNow(rotated, new Date(now.getTime() + ms));
    const message = webhookMessage(event, at(ROTATION_OVERLAP_MS - 1), now);
    expect(verifies(drawn(1), message)).toEqual(verifies(drawn(2), message));
    expect(at(ROTATION_OVERLAP_MS).map((secret) => secret.reveal())).toEqual([drawn(2).reveal()]);
  });

  test('that is rotated twice within the 24 hours ends at once: two sign, never three', () => {
    const twice = rotateSecret(rotateSecret({ current: drawn(1), previous: null }, drawn(2), now), drawn(3), now);
    expect(signingNow(twice, now).map((secret) => secret.reveal())).toEqual([drawn(3).reveal(), drawn(2).reveal()]);
  });

  test('that was never rotated is sealed alone, and signs alone', () => {
    const secrets = { current: drawn(1), previous: null };
    expect(JSON.parse(writeSecrets(secrets).reveal())).toEqual([drawn(1).reveal()]);
    expect(signingNow(secrets, now)).toEqual([secrets.current]);
  });

  test('of which nobody knows how long it signs does not sign', () => {
    expect(readSecrets(new Secret(JSON.stringify([drawn(2).reveal(), drawn(1).reveal()]))).previous).toBeNull();
  });

  test('comes back from what is sealed as it went in', () => {
    for (const secrets of [{ current: drawn(1), previous: null }, rotateSecret({ current: drawn(1), previous: null }, drawn(2), now)]) {
      const back = readSecrets(writeSecrets(secrets));
      expect(back.current.reveal()).toBe(secrets.current.reveal());
      expect(back.previous?.until).toEqual(secrets.previous?.until);
      expect(back.previous?.secret.reveal()).toBe(secrets.previous?.secret.reveal());
    }
  });
});
