import type { Reading, Taken } from '@hoc/l6-drivers/metering/meter';
import { describe, expect, test } from 'vitest';
import { decideScope } from '../../test/decide-scope.ts';
import { NOW } from '../../test/key.ts';
import type { RateLimit, StoredMeters } from '../stored-meters.ts';
import type { MeteredKey } from './meters-of.ts';
import { spend, type Spending } from './spend.ts';

const limit = (name: string, but: Partial<RateLimit> = {}): RateLimit => ({ name, limit: 10, windowMs: 1000, algorithm: 'SLIDING', mode: 'EXACT', ...but });
const local = (name: string, most = 10): RateLimit => limit(name, { mode: 'LOCAL', limit: most });

const metered = (meters: Partial<StoredMeters> = {}): MeteredKey => ({
  tenantId: 'tnt_1', keyId: 'key_2', ownerRef: null,
  meters: { meterId: 'key_1', rateLimits: [], ownerRateLimits: [], tenantRateLimits: [], hasCredits: false, creditRefill: null, maxConcurrent: null, ...meters },
});

/** What the store says, in the order of the meters; each that allows has another number left: 4, 5 and so on. */
const said = (readings: readonly (Partial<Reading> | false)[], isTaken = !readings.includes(false)): Taken => ({
  isTaken, at: NOW, readings: readings.map((reading, at) => (reading === false ? { allowed: false, remaining: 0, resetMs: 700 } : { allowed: true, remaining: 4 + at, resetMs: 300, ...reading })),
});

const once: Spending = { cost: 1, leaseSeconds: null };

describe('what is asked', () => {
  test('every exact limit, the credits and the concurrency go into one taking', async () => {
    const { scope, takings } = decideScope({ takings: [said([{}, {}, {}, {}])] });
    const key = metered({ rateLimits: [limit('a')], tenantRateLimits: [limit('b')], hasCredits: true, maxConcurrent: 3 });
    const spent = await spend(scope, key, { cost: 5, leaseSeconds: 60 });
    expect(takings).toHaveLength(1);
    expect(takings[0]).toMatchObject({ tenantId: 'tnt_1', keyId: 'key_2', cost: 5, lease: { seconds: 60 } });
    expect(takings[0]?.meters.map(({ kind, scope: of, name }) => `${kind} ${of} ${name}`)).toEqual(['SLIDING KEY a', 'SLIDING TENANT b', 'CREDITS KEY ', 'CONCURRENCY KEY ']);
    expect(spent).toEqual({
      code: 'VALID', credits: { remaining: 6 }, lease: { id: takings[0]?.lease?.id, expiresAt: new Date(NOW.getTime() + 60_000) },
      rateLimits: [
        { name: 'a', scope: 'KEY', limit: 10, windowMs: 1000, allowed: true, remaining: 4, resetMs: 300 },
        { name: 'b', scope: 'TENANT', limit: 10, windowMs: 1000, allowed: true, remaining: 5, resetMs: 300 },
      ],
    });
    expect(spent.lease?.id).toMatch(/^lse_/);
  });

  test('every limit is told of in the order in which it is set, whoever counts it', async () => {
    const { scope } = decideScope({ takings: [said([{}, {}])] });
    const spent = await spend(scope, metered({ rateLimits: [local('a', 9), limit('b'), local('c', 8)], tenantRateLimits: [limit('d', { algorithm: 'FIXED' })] }), once);
    expect(spent.rateLimits.map(({ name, remaining }) => `${name} ${remaining}`)).toEqual(['a 8', 'b 4', 'c 7', 'd 5']);
  });

  test('who wants no lease is not asked for concurrency', async () => {
    const { scope, takings } = decideScope({ takings: [said([{}])] });
    expect(await spend(scope, metered({ hasCredits: true, maxConcurrent: 1 }), once)).toMatchObject({ code: 'VALID', lease: null });
    expect(takings[0]).toMatchObject({ meters: [{ kind: 'CREDITS' }], lease: null });
  });

  test.each([null, { amount: 5, interval: 'DAILY' } as const, { amount: 5, interval: 'MONTHLY' } as const])('credits are asked for with their refill, %j', async (creditRefill) => {
    const { scope, takings } = decideScope({ takings: [said([{}])] });
    expect(await spend(scope, metered({ hasCredits: true, creditRefill }), once)).toMatchObject({ code: 'VALID', credits: { remaining: 4 } });
    expect(takings[0]?.meters).toMatchObject([{ kind: 'CREDITS', refill: creditRefill }]);
  });

  test('local limits alone ask nobody', async () => {
    const { scope, takings } = decideScope({});
    const key = metered({ rateLimits: [local('a', 2)] });
    const codes = [];
    for (let n = 0; n < 4; n += 1) codes.push((await spend(scope, key, once)).code);
    expect(codes).toEqual(['VALID', 'VALID', 'RATE_LIMITED', 'RATE_LIMITED']);
    expect(takings).toEqual([]);
  });

  test('where a local limit refuses, nobody else is asked, and only what was asked is told', async () => {
    const { scope, takings } = decideScope({ takings: [said([{}, {}])] });
    const key = metered({ rateLimits: [limit('exact'), local('a', 1)], hasCredits: true });
    expect((await spend(scope, key, once)).code).toBe('VALID');
    expect(await spend(scope, key, once)).toMatchObject({ code: 'RATE_LIMITED', rateLimits: [{ name: 'a', allowed: false, remaining: 0 }], credits: null });
    expect(takings).toHaveLength(1);
  });

  test('a lease that is wanted of a key without a maximum is none', async () => {
    const { scope, takings } = decideScope({ takings: [said([{}])] });
    expect(await spend(scope, metered({ hasCredits: true }), { cost: 1, leaseSeconds: 60 })).toMatchObject({ code: 'VALID', lease: null });
    expect(takings[0]?.lease).toBeNull();
    expect(await spend(scope, metered(), { cost: 1, leaseSeconds: 60 })).toEqual({ code: 'VALID', rateLimits: [], credits: null, lease: null });
  });
});

describe('what it comes to', () => {
  const everything = metered({ rateLimits: [limit('a'), local('b')], hasCredits: true, maxConcurrent: 1 });
  test.each<[string, (Partial<Reading> | false)[], string]>([
    ['a rate limit', [false, {}, {}], 'RATE_LIMITED'], ['a rate limit and all else', [false, false, false], 'RATE_LIMITED'], ['the credits', [{}, false, {}], 'CREDITS_EXHAUSTED'],
    ['credits and concurrency', [{}, false, false], 'CREDITS_EXHAUSTED'], ['the concurrency', [{}, {}, false], 'CONCURRENCY_EXCEEDED'],
  ])('where %s refuses, the first by precedence is told, there is no lease, and local limits have given nothing', async (_what, readings, code) => {
    const { scope } = decideScope({ takings: [said(readings)] });
    const spent = await spend(scope, everything, { cost: 3, leaseSeconds: 60 });
    expect(spent).toMatchObject({ code, lease: null, rateLimits: [{ name: 'a' }, { name: 'b', allowed: true, remaining: 10, resetMs: 0 }] });
    expect(spent.rateLimits[0]?.allowed).toBe(readings[0] !== false);
  });

  test('a store that is out is no verdict, and local limits have given nothing', async () => {
    const outage = new Error('connection refused');
    const { scope } = decideScope({ takings: [...Array.from({ length: 20 }, () => outage), said([{}])] });
    const key = metered({ rateLimits: [local('a', 2), limit('b')] });
    for (let n = 0; n < 20; n += 1) await expect(spend(scope, key, once)).rejects.toBe(outage);
    expect(await spend(scope, key, once)).toMatchObject({ code: 'VALID', rateLimits: [{ name: 'a', remaining: 1 }, { name: 'b', remaining: 4 }] });
  });

  test('a limit that was lowered below what it has admitted has nothing left, and no debt', async () => {
    const { scope } = decideScope({ takings: [{ isTaken: false, at: NOW, readings: [{ allowed: false, remaining: -7, resetMs: 300 }] }] });
    expect(await spend(scope, metered({ rateLimits: [limit('a')] }), once)).toMatchObject({ code: 'RATE_LIMITED', rateLimits: [{ remaining: 0 }] });
  });

  test('a fixed limit that refuses is a rate limit as well', async () => {
    const { scope } = decideScope({ takings: [said([false])] });
    expect(await spend(scope, metered({ rateLimits: [limit('a', { algorithm: 'FIXED' })] }), once)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('a refusal that no meter stands for is a bug, and no verdict', async () => {
    const { scope } = decideScope({ takings: [said([{}], false)] });
    await expect(spend(scope, metered({ hasCredits: true }), once)).rejects.toThrow('refused by none of its meters');
  });
});

describe('whatever cannot be read denies, takes nothing, and someone is told', () => {
  const corrupt = (value: unknown): never => value as never;
  test.each<[string, Partial<StoredMeters>, string, string]>([
    ['no list', { rateLimits: corrupt({}) }, 'rateLimits', 'RATE_LIMITED'], ['no limit', { ownerRateLimits: corrupt(['x']) }, 'ownerRateLimits', 'RATE_LIMITED'],
    ['nothing', { tenantRateLimits: corrupt([null]) }, 'tenantRateLimits', 'RATE_LIMITED'], ['a limit of nothing', { rateLimits: [limit('a', { limit: 0 })] }, 'rateLimits', 'RATE_LIMITED'],
    ['a limit that is text', { rateLimits: [limit('a', { limit: corrupt('1') })] }, 'rateLimits', 'RATE_LIMITED'], ['no window', { rateLimits: [limit('a', { windowMs: 0.5 })] }, 'rateLimits', 'RATE_LIMITED'],
    ['another algorithm', { rateLimits: [limit('a', { algorithm: corrupt('NONE') })] }, 'rateLimits', 'RATE_LIMITED'], ['another mode', { rateLimits: [limit('a', { mode: corrupt('NONE') })] }, 'rateLimits', 'RATE_LIMITED'],
    ['no name', { rateLimits: [limit(corrupt(null))] }, 'rateLimits', 'RATE_LIMITED'],
    ['a refill of no number', { hasCredits: true, creditRefill: { amount: Number.NaN, interval: 'DAILY' } }, 'creditRefill', 'CREDITS_EXHAUSTED'],
    ['a refill at no time', { hasCredits: true, creditRefill: { amount: 1, interval: corrupt('HOURLY') } }, 'creditRefill', 'CREDITS_EXHAUSTED'],
  ])('%s', async (_what, meters, field, code) => {
    const { scope, takings, alarms } = decideScope({});
    expect(await spend(scope, metered(meters), once)).toEqual({ code, rateLimits: [], credits: null, lease: null });
    expect(takings).toEqual([]);
    expect(alarms).toEqual([{ tenantId: 'tnt_1', id: 'key_2', field }]);
    const { alarm: _, ...silent } = scope;
    expect(await spend(silent, metered(meters), once)).toMatchObject({ code });
  });
});
