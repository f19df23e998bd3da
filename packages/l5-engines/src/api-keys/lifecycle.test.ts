import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, NOW, operator, storedKey } from '../../test/key.ts';
import type { ApiKey } from './key.ts';
import { allowsStep, freeze, isExpired, isLive, KEY_STEPS, revoke, unfreeze } from './lifecycle.ts';

const cause = { by: operator, reason: 'leaked', now: after(60) };
const frozen: Partial<ApiKey> = { status: 'FROZEN', frozenAt: NOW, frozenBy: operator, frozenReason: 'odd' };
const revoked: Partial<ApiKey> = { status: 'REVOKED', revokedAt: NOW, revokedBy: operator, revokedReason: 'first', counted: false };
const expired: Partial<ApiKey> = { expiresAt: after(30) };

describe('life', () => {
  test.each<[string, Partial<ApiKey>, boolean]>([
    ['ACTIVE', {}, true],
    ['FROZEN', frozen, true],
    ['REVOKED', revoked, false],
    ['expired', expired, false],
    ['FROZEN and expired', { ...frozen, ...expired }, false],
    ['in the instant of its expiry', { expiresAt: after(60) }, false],
    ['settled by a clock that is ahead', { counted: false, expiresAt: after(90) }, false],
    ['in the overlap of its rotation', { counted: false, rotatedTo: 'key_2', expiresAt: after(90) }, true],
    ['a millisecond before it', { expiresAt: new Date(after(60).getTime() + 1) }, true],
    ['an expiry that is no time', { expiresAt: new Date(Number.NaN) }, false],
  ])('%s: live %s', (_case, but, expected) => {
    expect(isLive(storedKey(but), after(60))).toBe(expected);
  });

  test('a key without an expiry never expires', () => {
    expect(isExpired({ expiresAt: null }, new Date(8.64e15))).toBe(false);
  });
});

/** For every state that a key can be in alone, the steps that it takes. Expiry hinders only what brings a key to life. */
describe('the table of steps', () => {
  test.each<[string, Partial<ApiKey>, readonly string[]]>([
    ['ACTIVE', {}, ['revoke', 'freeze', 'rotate']],
    ['ACTIVE and expired', expired, ['revoke', 'freeze']],
    ['ACTIVE and rotated', { rotatedTo: 'key_2', rotatedAt: NOW, counted: false, expiresAt: after(90) }, ['revoke', 'freeze']],
    ['ACTIVE and settled by a clock that is ahead', { counted: false, expiresAt: after(90) }, ['revoke', 'freeze']],
    ['FROZEN', frozen, ['revoke', 'unfreeze']],
    ['FROZEN and expired', { ...frozen, ...expired }, ['revoke', 'unfreeze']],
    ['REVOKED', revoked, []],
    ['REVOKED and expired', { ...revoked, ...expired }, []],
  ])('%s', (_state, but, steps) => {
    const pair = { key: storedKey(but), other: null };
    expect(KEY_STEPS.filter((step) => allowsStep(pair, step, after(60)) === true)).toEqual(steps);
    for (const step of KEY_STEPS) expect(allowsStep(pair, step, after(60))).not.toBe(false);
  });
});

describe('revoke', () => {
  test('says who, when and why, and takes the key out of the count', () => {
    const key = storedKey();
    expect(revoke(key, cause)).toEqual({
      ok: true,
      key: { ...key, status: 'REVOKED', counted: false, revokedAt: cause.now, revokedBy: operator, revokedReason: 'leaked', updatedAt: cause.now, version: 2 },
      counterDelta: { counter: 'LIVE_SERVICE_KEYS', delta: -1 },
    });
  });

  test('a frozen key is revoked and keeps the story of its freezing', () => {
    expect(revoke(storedKey(frozen), cause)).toMatchObject({ ok: true, key: { status: 'REVOKED', frozenAt: NOW }, counterDelta: { delta: -1 } });
  });

  test('an expired key that was settled is not taken out twice; one that was not is taken out once', () => {
    expect(revoke(storedKey({ ...expired, counted: false }), cause)).toMatchObject({ ok: true, counterDelta: { delta: 0 } });
    expect(revoke(storedKey({ ...expired, counted: true }), cause)).toMatchObject({ ok: true, counterDelta: { delta: -1 } });
  });

  test('a second revoke tells when the first was, and changes nothing', () => {
    expect(revoke(storedKey(revoked), cause)).toEqual({ ok: false, breach: 'the key was already revoked at 2026-01-01T00:00:00.000Z' });
    // Of a row that does not say when, no time is made up.
    expect(revoke(storedKey({ ...revoked, revokedAt: null }), cause)).toEqual({ ok: false, breach: 'the key was already revoked' });
  });
});

describe('freeze and unfreeze', () => {
  test('a freeze says who, when and why; the key stays live and counted', () => {
    expect(freeze(storedKey(), cause)).toMatchObject({
      ok: true,
      key: { status: 'FROZEN', counted: true, frozenAt: cause.now, frozenBy: operator, frozenReason: 'leaked', version: 2 },
      counterDelta: { delta: 0 },
    });
  });

  test('unfreezing leaves the key as it was, but for its version', () => {
    const key = storedKey();
    const was = freeze(key, cause);
    if (!was.ok) throw new Error(was.breach);
    expect(unfreeze(was.key, { now: after(61) })).toEqual({ ok: true, key: { ...key, updatedAt: after(61), version: 3 }, counterDelta: { counter: 'LIVE_SERVICE_KEYS', delta: 0 } });
  });

  test('a second freeze tells when the first was; a key that is not frozen is not unfrozen', () => {
    expect(freeze(storedKey(frozen), cause)).toEqual({ ok: false, breach: 'the key was already frozen at 2026-01-01T00:00:00.000Z' });
    expect(unfreeze(storedKey(), cause)).toEqual({ ok: false, breach: 'the key is not frozen' });
  });
});

test('no sequence of steps brings a revoked key back, or moves the counter by anything but what the row counts for', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(revoke, freeze, unfreeze), { maxLength: 8 }), fc.boolean(), (steps, counted) => {
      let key = storedKey({ counted });
      for (const step of steps) {
        const next = step(key, cause);
        if (!next.ok) continue;
        expect(key.status).not.toBe('REVOKED');
        expect(next.counterDelta.delta).toBe(Number(next.key.counted) - Number(key.counted));
        expect(next.key.version).toBe(key.version + 1);
        key = next.key;
      }
    }),
  );
});
