import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { inMemory, never } from '../../test/outbound/in-memory.ts';
import { OUTBOUND_FAILURES } from '../outbound/answer.ts';
import { ANSWER_WITHIN_MS, outcomeOf, sendWebhook } from './send-webhook.ts';

const answered = (status: number) => outcomeOf({ ok: true, status, headers: {}, bytes: new Uint8Array() });

describe('what an answer means for an event', () => {
  test.each([200, 201, 202, 204, 299])('%i: it was taken', (status) => {
    expect(answered(status)).toEqual({ isDelivered: true });
  });

  test.each([100, 199, 300, 302, 400, 401, 404, 410, 429, 500, 503])('%i: it was not, and the reason says what was answered', (status) => {
    expect(answered(status)).toEqual({ isDelivered: false, wasTried: true, reason: `The receiver answered ${status}.` });
  });

  test.each(OUTBOUND_FAILURES)('%s: it was not; only where there was no room to send does it count as not tried', (failure) => {
    expect(outcomeOf({ ok: false, failure, message: 'so' })).toEqual({ isDelivered: false, wasTried: failure !== 'BUSY', reason: `${failure}: so` });
  });
});

describe('a webhook', () => {
  const posted = { tenantId: 'tnt_1', url: 'http://lab.example:8080/hook', message: { headers: { 'webhook-id': 'evt_1' }, body: '{"a":1}' } };
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is posted with its headers and its body, and taken by 2xx', async () => {
    const seen: unknown[] = [];
    const { outbound } = inMemory({
      serve: (request, response) => {
        request.on('data', (chunk: Buffer) => seen.push(request.method, request.url, request.headers['webhook-id'], chunk.toString())).on('end', () => response.writeHead(202).end());
      },
    });
    expect(await sendWebhook(posted, outbound)).toEqual({ isDelivered: true });
    expect(seen).toEqual(['POST', '/hook', 'evt_1', '{"a":1}']);
  });

  test.each([
    ['is longer than anything that is read', (response: ServerResponse) => void response.writeHead(200).end('x'.repeat(200_000))],
    ['never ends', (response: ServerResponse) => void response.writeHead(200).write('x')],
  ])('is taken by the head of an answer whose body %s', async (_, answer) => {
    const { outbound } = inMemory({ serve: (_request, response) => answer(response) });
    expect(await sendWebhook(posted, outbound)).toEqual({ isDelivered: true });
  });

  test('waits five seconds for its answer', async () => {
    vi.useFakeTimers();
    const outcome = sendWebhook(posted, inMemory({ resolve: () => never() }).outbound);
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS);
    expect(await outcome).toEqual({ isDelivered: false, wasTried: true, reason: 'TIMEOUT: The target did not answer in time: its name was not resolved.' });
    expect(ANSWER_WITHIN_MS).toBe(5000);
  });
});
