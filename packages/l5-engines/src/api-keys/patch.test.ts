import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, NOW, storedKey } from '../../test/key.ts';
import type { ApiKey } from './key.ts';
import { applyPatch, type KeyPatch } from './patch.ts';

const now = after(60);

describe('a patch', () => {
  test.each<[string, KeyPatch]>([
    ['name', { name: 'other' }],
    ['permissions', { permissions: ['x:y'] }],
    ['allowedResources', { allowedResources: ['r'] }],
    ['allowedAddresses', { allowedAddresses: ['::/0'] }],
    ['expiresAt', { expiresAt: after(61) }],
    ['metadata', { metadata: {} }],
    ['ownerRef', { ownerRef: null }],
    ['rateLimits', { rateLimits: [{ name: 'calls', limit: 10, windowMs: 1000, algorithm: 'SLIDING', mode: 'EXACT' }] }],
    ['maxConcurrent', { maxConcurrent: 3 }],
  ])('of %s changes that, the version and the time, and nothing else', (_field, patch) => {
    const key = storedKey({ version: 4 });
    expect(applyPatch(key, patch, now)).toEqual({ ok: true, key: { ...key, ...patch, updatedAt: now, version: 5 }, credits: null });
  });

  test('of grantable changes what a management key may grant', () => {
    const key = storedKey({ kind: 'MANAGEMENT', permissions: ['hoc:keys.create'] });
    expect(applyPatch(key, { grantable: ['docs:*'] }, now)).toMatchObject({ ok: true, key: { grantable: ['docs:*'] } });
  });

  test('a setting given as undefined stays; one given as null is cleared', () => {
    const key = storedKey({ expiresAt: after(90) });
    expect(applyPatch(key, { name: undefined, expiresAt: null }, now)).toMatchObject({ ok: true, key: { name: key.name, expiresAt: null } });
  });

  test('nothing that is no setting gets through, whatever the object carries', () => {
    const smuggled: object = { name: 'other', meterId: 'key_9', hasCredits: true, status: 'REVOKED', counted: false, tenantId: 'tnt_2', kind: 'MANAGEMENT', digest: 'x', version: 99 };
    const key = storedKey();
    expect(applyPatch(key, smuggled, now)).toEqual({ ok: true, key: { ...key, name: 'other', updatedAt: now, version: 2 }, credits: null });
  });

  test('credits are set as a whole: how many are left beside the key, in the key how they are refilled', () => {
    const refill = { amount: 50, interval: 'DAILY' } as const;
    const key = storedKey();
    expect(applyPatch(key, { credits: { remaining: 7, refill } }, now)).toEqual({
      ok: true, key: { ...key, hasCredits: true, creditRefill: refill, updatedAt: now, version: 2 }, credits: 7,
    });
    const metered = storedKey({ hasCredits: true, creditRefill: refill });
    expect(applyPatch(metered, { credits: { remaining: 0, refill: null } }, now)).toMatchObject({ ok: true, key: { hasCredits: true, creditRefill: null }, credits: 0 });
    expect(applyPatch(metered, { credits: null }, now)).toMatchObject({ ok: true, key: { hasCredits: false, creditRefill: null }, credits: null });
    expect(applyPatch(metered, { name: 'other' }, now)).toMatchObject({ ok: true, key: { hasCredits: true, creditRefill: refill }, credits: null });
  });

  test('a frozen key may be patched, and stays frozen', () => {
    expect(applyPatch(storedKey({ status: 'FROZEN' }), { name: 'other' }, now)).toMatchObject({ ok: true, key: { status: 'FROZEN', name: 'other' } });
  });
});

describe('nothing comes to life by a patch', () => {
  test.each<[string, Partial<ApiKey>]>([
    ['revoked', { status: 'REVOKED' }],
    ['expired', { expiresAt: now }],
    ['settled by a clock that is ahead', { counted: false, expiresAt: after(90) }],
    ['frozen and expired', { status: 'FROZEN', expiresAt: NOW }],
    ['rotated, its overlap over', { rotatedTo: 'key_2', expiresAt: NOW }],
  ])('a key that is %s takes none', (_state, but) => {
    expect(applyPatch(storedKey(but), { name: 'other' }, now)).toEqual({ ok: false, rejection: 'KEY_NOT_LIVE' });
    expect(applyPatch(storedKey(but), { expiresAt: after(9000) }, now)).toEqual({ ok: false, rejection: 'KEY_NOT_LIVE' });
  });

  test.each([null, after(9000), after(70)])('the overlap of a rotation is not moved to %s', (expiresAt) => {
    expect(applyPatch(storedKey({ rotatedTo: 'key_2', expiresAt: after(90) }), { expiresAt }, now)).toEqual({ ok: false, rejection: 'KEY_ROTATED' });
  });

  test('a rotated key in its overlap still takes another name', () => {
    const key = storedKey({ rotatedTo: 'key_2', expiresAt: after(90) });
    expect(applyPatch(key, { name: 'other', expiresAt: after(90) }, now)).toMatchObject({ ok: true, key: { expiresAt: after(90) } });
    expect(applyPatch(key, { name: 'other' }, now)).toMatchObject({ ok: true, key: { name: 'other', expiresAt: after(90) } });
  });

  test('a rotated key whose row has no expiry gets none by a patch either', () => {
    expect(applyPatch(storedKey({ rotatedTo: 'key_2' }), { expiresAt: after(90) }, now)).toEqual({ ok: false, rejection: 'KEY_ROTATED' });
  });

  test('whatever the patch, a key that is not live stays what it is, and a kind and a count never change', () => {
    const expiresAt = fc.option(fc.date({ noInvalidDate: false }));
    fc.assert(
      fc.property(
        fc.record({ status: fc.constantFrom('ACTIVE' as const, 'FROZEN' as const, 'REVOKED' as const), expiresAt, counted: fc.boolean() }),
        fc.record({ expiresAt, permissions: fc.subarray(['docs:read', 'hoc:keys.read']), name: fc.string() }, { requiredKeys: [] }),
        (state, patch) => {
          const key = storedKey(state);
          const answer = applyPatch(key, patch, now);
          if (!answer.ok) return;
          expect(key.status === 'REVOKED' || (key.expiresAt !== null && key.expiresAt <= now)).toBe(false);
          expect({ ...answer.key, name: key.name, expiresAt: key.expiresAt, permissions: key.permissions }).toEqual({ ...key, updatedAt: now, version: 2 });
        },
      ),
    );
  });
});

describe('is refused at its field', () => {
  const management: Partial<ApiKey> = { kind: 'MANAGEMENT', permissions: ['hoc:keys.read'] };
  test.each<[string, Partial<ApiKey>, KeyPatch, (string | number)[], string]>([
    ['a hoc: permission on a service key', {}, { permissions: ['docs:read', 'hoc:keys.read'] }, ['permissions', 1], 'a service key has no "hoc:" permission'],
    ['no hoc: permission left on a management key', management, { permissions: ['docs:read'] }, ['permissions'], 'a management key keeps at least one "hoc:" permission'],
    ['no permission left on a management key', management, { permissions: [] }, ['permissions'], 'a management key keeps at least one "hoc:" permission'],
    ['grants on a service key', {}, { grantable: [] }, ['grantable'], 'a service key grants nothing'],
    ['an expiry that is now', {}, { expiresAt: now }, ['expiresAt'], 'the expiry is not in the future'],
    ['a range that is none', {}, { allowedAddresses: ['x'] }, ['allowedAddresses', 0], 'not an IPv4 or IPv6 range in CIDR notation'],
  ])('%s, in a sentence', (_case, but, patch, path, message) => {
    expect(applyPatch(storedKey(but), patch, now)).toEqual({ ok: false, rejection: 'INVALID', problems: [{ path, message }] });
  });
});
