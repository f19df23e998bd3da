import { describe, expect, test } from 'vitest';
import { nextStep, RETRY_FOR_MS, type DeliveryOutcome } from './delivery-step.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);
const failed: DeliveryOutcome = { isDelivered: false, wasTried: true, reason: 'The receiver answered 503.' };

describe('what follows an attempt to deliver', () => {
  test('an event that was taken makes room for the next one, however long it had failed', () => {
    expect(nextStep({ isDelivered: true }, { attempts: 40, toldAt: now, firstAttemptAt: null, failingSince: after(-RETRY_FOR_MS) }, { now, random: 0 })).toEqual({ step: 'GO_ON' });
  });

  test('the first failure begins the 24 hours, and the next attempt comes within a second', () => {
    expect(nextStep(failed, { attempts: 1, toldAt: after(-RETRY_FOR_MS), firstAttemptAt: null, failingSince: null }, { now, random: 1 })).toEqual({ step: 'RETRY', at: after(1000), failingSince: now, firstAttemptAt: now, reason: failed.reason });
  });

  test('a later failure keeps the time of the first', () => {
    const failingSince = after(-60_000);
    expect(nextStep(failed, { attempts: 5, toldAt: failingSince, firstAttemptAt: failingSince, failingSince }, { now, random: 0 })).toEqual({ step: 'RETRY', at: after(8000), failingSince, firstAttemptAt: failingSince, reason: failed.reason });
  });

  test('the last attempt is made at the end of the 24 hours, not beyond it', () => {
    expect(nextStep(failed, { attempts: 30, toldAt: after(-RETRY_FOR_MS), firstAttemptAt: null, failingSince: after(1000 - RETRY_FOR_MS) }, { now, random: 1 })).toMatchObject({ step: 'RETRY', at: after(1000) });
  });

  test.each([0, 1, 3_600_000])('an event that fails %i ms after its 24 hours is buried, with what the last attempt met', (late) => {
    const failingSince = after(-RETRY_FOR_MS - late);
    expect(nextStep(failed, { attempts: 31, toldAt: failingSince, firstAttemptAt: failingSince, failingSince }, { now, random: 0 })).toEqual({ step: 'BURY', failingSince, firstAttemptAt: failingSince, reason: failed.reason });
  });

  test('a millisecond before the end it is not buried', () => {
    expect(nextStep(failed, { attempts: 31, toldAt: after(-RETRY_FOR_MS), firstAttemptAt: null, failingSince: after(1 - RETRY_FOR_MS) }, { now, random: 0 }).step).toBe('RETRY');
  });

  test.each([
    ['an event as old as the failing is buried at its first attempt', -RETRY_FOR_MS, { step: 'BURY', failingSince: after(-2 * RETRY_FOR_MS), firstAttemptAt: now, reason: 'The receiver answered 503.' }],
    ['a younger one waits as long as any', -1000, { step: 'RETRY', at: after(3_600_000), failingSince: after(-2 * RETRY_FOR_MS), firstAttemptAt: now, reason: 'The receiver answered 503.' }],
    ['and is tried last when its own 24 hours end', 1 - RETRY_FOR_MS, { step: 'RETRY', at: after(1), failingSince: after(-2 * RETRY_FOR_MS), firstAttemptAt: now, reason: 'The receiver answered 503.' }],
  ])('at an endpoint that has failed for 24 hours, %s', (_, toldAgo, step) => {
    expect(nextStep(failed, { attempts: 1, toldAt: after(toldAgo), firstAttemptAt: null, failingSince: after(-2 * RETRY_FOR_MS) }, { now, random: 1 })).toEqual(step);
  });

  test('an endpoint that has failed for 24 hours to the millisecond has', () => {
    const step = nextStep(failed, { attempts: 1, toldAt: after(-1000), firstAttemptAt: null, failingSince: after(-RETRY_FOR_MS) }, { now, random: 1 });
    expect(step).toMatchObject({ step: 'RETRY', at: after(3_600_000) });
  });

  test('where there was no room to send, nothing is held against the receiver, not even after 24 hours', () => {
    const busy: DeliveryOutcome = { isDelivered: false, wasTried: false, reason: 'BUSY' };
    expect(nextStep(busy, { attempts: 1, toldAt: now, firstAttemptAt: null, failingSince: null }, { now, random: 1 })).toEqual({ step: 'POSTPONE', at: after(2000) });
    expect(nextStep(busy, { attempts: 9, toldAt: after(-2 * RETRY_FOR_MS), firstAttemptAt: null, failingSince: after(-2 * RETRY_FOR_MS) }, { now, random: 0 }).step).toBe('POSTPONE');
  });
});
