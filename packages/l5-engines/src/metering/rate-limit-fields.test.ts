import { expect, test } from 'vitest';
import { rateLimitFields } from './rate-limit-fields.ts';
import type { LimitReading } from './spend.ts';

const reading = (name: string, but: Partial<LimitReading> = {}): LimitReading => ({ name, scope: 'KEY', limit: 10, windowMs: 1000, allowed: true, remaining: 5, resetMs: 1000, ...but });

test('the fields are those of the draft', () => {
  expect(rateLimitFields([reading('burst'), reading('daily', { limit: 1000, windowMs: 86_400_000, remaining: 999, resetMs: 41_002_001 })])).toEqual({
    RateLimit: '"burst";r=5;t=1, "daily";r=999;t=41003',
    'RateLimit-Policy': '"burst";q=10;w=1, "daily";q=1000;w=86400',
  });
});

test('the limits of owner and tenant cannot be taken for the key’s', () => {
  const { RateLimit } = rateLimitFields([reading('calls'), reading('calls', { scope: 'OWNER' }), reading('calls', { scope: 'TENANT' })]);
  expect(RateLimit).toBe('"calls";r=5;t=1, "owner.calls";r=5;t=1, "tenant.calls";r=5;t=1');
});

test('time is whole seconds, a wait is rounded up, and a window that has none is not told', () => {
  expect(rateLimitFields([reading('short', { windowMs: 250, resetMs: 1 })])).toEqual({ RateLimit: '"short";r=5;t=1', 'RateLimit-Policy': '"short";q=10' });
  expect(rateLimitFields([reading('idle', { resetMs: 0 })]).RateLimit).toBe('"idle";r=5;t=0');
});
