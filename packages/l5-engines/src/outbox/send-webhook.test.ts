import { describe, expect, test } from 'vitest';
import { OUTBOUND_FAILURES } from '../outbound/answer.ts';
import { outcomeOf } from './send-webhook.ts';

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
