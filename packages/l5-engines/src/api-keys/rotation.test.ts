import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, NOW, operator, storedKey } from '../../test/key.ts';
import { saying } from '../../test/sentence.ts';
import { vault } from '../../test/vault.ts';
import { digestOf } from '../digest.ts';
import { locatorOf } from '../token.ts';
import type { ApiKey } from './key.ts';
import { freeze, isLive, revoke } from './lifecycle.ts';
import { rotate, undoRotation } from './rotation.ts';

const by = { ...operator, id: 'tok_other' };
const rotated = (old: ApiKey, overlapSeconds = 600, now = NOW) => {
  const answer = rotate(old, { id: 'key_2', overlapSeconds, by, now }, vault);
  if (!answer.ok) throw new Error(answer.breach);
  return answer;
};
const management: Partial<ApiKey> = { kind: 'MANAGEMENT', permissions: ['hoc:keys.create'], grantable: ['docs:*'] };

describe('rotate', () => {
  test('the new key has all settings of the old, and an identity, a token and a history of its own', () => {
    const old = storedKey({ ...management, allowedResources: ['a'], allowedAddresses: ['10.0.0.0/8'], expiresAt: after(9000), version: 7 });
    const { key, token } = rotated(old, 600, after(5));
    expect(key).toEqual({
      ...old,
      id: 'key_2',
      publicId: key.publicId,
      digest: digestOf(vault.peppers.current, token.reveal()),
      createdBy: by,
      rotatedFrom: 'key_1',
      createdAt: after(5),
      updatedAt: after(5),
      version: 1,
    });
    expect(key.publicId).not.toBe(old.publicId);
    expect(locatorOf(key.publicId)).toBe(locatorOf(old.publicId));
  });

  test('however often it is rotated, a key draws from the meters of the first', () => {
    const metered: Partial<ApiKey> = {
      rateLimits: [{ name: 'calls', limit: 10, windowMs: 1000, algorithm: 'SLIDING', mode: 'EXACT' }], hasCredits: true, creditRefill: { amount: 5, interval: 'DAILY' }, maxConcurrent: 3,
    };
    const first = rotated(storedKey(metered));
    const again = rotate(first.key, { id: 'key_3', overlapSeconds: 0, by, now: NOW }, vault);
    if (!again.ok) throw new Error(again.breach);
    for (const key of [first.key, first.previous, again.key, again.previous]) expect(key).toMatchObject({ ...metered, meterId: 'key_1' });
    expect(undoRotation({ key: first.key, other: first.previous }, { by, now: after(1) })).toMatchObject({ key: { meterId: 'key_1' }, previous: { ...metered, meterId: 'key_1' } });
  });

  test.each<[string, Date | null, Date]>([
    ['without an expiry', null, after(600)],
    ['that would live longer', after(601), after(600)],
    ['that would die sooner anyway', after(599), after(599)],
  ])('an old key %s ends with the overlap at the latest, and no longer counts', (_case, expiresAt, end) => {
    const { previous, counterDelta } = rotated(storedKey({ expiresAt }));
    expect(previous).toMatchObject({ status: 'ACTIVE', expiresAt: end, priorExpiresAt: expiresAt, rotatedTo: 'key_2', rotatedAt: NOW, counted: false, version: 2 });
    expect(counterDelta).toEqual({ counter: 'LIVE_SERVICE_KEYS', delta: 0 });
  });

  test('without an overlap the old key is revoked in the same decision', () => {
    const { previous, counterDelta } = rotated(storedKey(), 0);
    expect(previous).toMatchObject({ status: 'REVOKED', revokedAt: NOW, revokedBy: by, revokedReason: 'rotated without an overlap', rotatedTo: 'key_2', counted: false, version: 2 });
    expect(counterDelta.delta).toBe(0);
  });

  test.each<[string, Partial<ApiKey>, string]>([
    ['frozen', { status: 'FROZEN', frozenAt: NOW }, 'was frozen'],
    ['revoked', { status: 'REVOKED', revokedAt: NOW }, 'already revoked'],
    ['expired', { expiresAt: NOW }, 'expired'],
    ['itself rotated', { rotatedTo: 'key_9', rotatedAt: NOW, expiresAt: after(60) }, 'already rotated'],
  ])('a key that is %s is not rotated', (_case, but, why) => {
    expect(rotate(storedKey(but), { id: 'key_2', overlapSeconds: 60, by, now: NOW }, vault)).toEqual({ ok: false, breach: saying(why) });
  });
});

describe('undo', () => {
  test('gives the old key back as it was, counted, and revokes the new one', () => {
    const old = storedKey({ expiresAt: after(9000) });
    const { key, previous } = rotated(old);
    const undone = undoRotation({ key, other: previous }, { by, now: after(599) });
    expect(undone).toMatchObject({
      ok: true,
      key: { id: 'key_2', status: 'REVOKED', revokedAt: after(599), revokedBy: by, revokedReason: 'rotation undone', counted: false },
      previous: { ...old, updatedAt: after(599), version: 3 },
      counterDelta: { counter: 'LIVE_SERVICE_KEYS', delta: 0 },
    });
  });

  test('works as well when either key was frozen meanwhile, and leaves the old one frozen', () => {
    const { key, previous } = rotated(storedKey());
    const cause = { by, reason: 'odd', now: after(1) };
    const [newFrozen, oldFrozen] = [freeze(key, cause), freeze(previous, cause)];
    if (!newFrozen.ok || !oldFrozen.ok) throw new Error('not frozen');
    expect(undoRotation({ key: newFrozen.key, other: oldFrozen.key }, { by, now: after(2) })).toMatchObject({ ok: true, previous: { status: 'FROZEN', expiresAt: null, counted: true } });
  });

  test('an old key that was given back can be rotated again', () => {
    const { key, previous } = rotated(storedKey());
    const undone = undoRotation({ key, other: previous }, { by, now: after(1) });
    if (!undone.ok) throw new Error(undone.breach);
    expect(rotate(undone.previous, { id: 'key_3', overlapSeconds: 60, by, now: after(2) }, vault).ok).toBe(true);
    expect(undoRotation({ key: { ...undone.key, status: 'ACTIVE', counted: true }, other: undone.previous }, { by, now: after(2) })).toEqual({ ok: false, breach: 'the rotation was already undone' });
  });

  const pairOf = (change: (pair: { key: ApiKey; other: ApiKey }) => { key: ApiKey; other: ApiKey | null }, overlapSeconds = 600) => {
    const { key, previous } = rotated(storedKey(), overlapSeconds);
    return change({ key, other: previous });
  };
  test.each<[string, () => ReturnType<typeof pairOf>, Date, string]>([
    ['when the overlap has ended', () => pairOf((pair) => pair), after(600), 'the overlap ended'],
    ['when there was no overlap', () => pairOf((pair) => pair, 0), after(1), 'the old key was revoked'],
    ['when the old key was revoked meanwhile', () => pairOf(({ key, other }) => ({ key, other: { ...other, status: 'REVOKED', revokedAt: NOW } })), after(1), 'the old key was revoked'],
    ['when the new key was revoked', () => pairOf(({ key, other }) => ({ key: { ...key, status: 'REVOKED', revokedAt: NOW }, other })), after(1), 'already revoked'],
    ['when the new key has expired', () => pairOf(({ key, other }) => ({ key: { ...key, expiresAt: after(1) }, other })), after(1), 'expired'],
    ['when a clock that is ahead has settled the new key', () => pairOf(({ key, other }) => ({ key: { ...key, counted: false, expiresAt: after(60) }, other })), after(1), 'expired'],
    ['when the new key was itself rotated', () => pairOf(({ key, other }) => ({ key: { ...key, rotatedTo: 'key_3', rotatedAt: NOW }, other })), after(1), 'itself rotated'],
    ['of a key that comes from no rotation', () => ({ key: storedKey(), other: null }), after(1), 'does not come from a rotation'],
    ['named by the old key', () => pairOf(({ other }) => ({ key: other, other: null })), after(1), 'does not come from a rotation'],
    ['of a key that comes from no rotation, whatever stands beside it', () => pairOf(({ key, other }) => ({ key: { ...key, rotatedFrom: null }, other })), after(1), 'does not come from a rotation'],
    ['when the old key is gone', () => pairOf(({ key }) => ({ key, other: null })), after(1), 'does not come from a rotation'],
    ['with another key than the one it came from', () => pairOf(({ key, other }) => ({ key, other: { ...other, id: 'key_8' } })), after(1), 'already undone'],
  ])('is refused %s', (_case, pair, now, why) => {
    expect(undoRotation(pair(), { by, now })).toEqual({ ok: false, breach: saying(why) });
  });

  test('moves the counter by what the rows say that they count for, should an old key still be counted', () => {
    const { key, previous } = rotated(storedKey());
    expect(undoRotation({ key, other: { ...previous, counted: true } }, { by, now: after(1) })).toMatchObject({
      ok: true, counterDelta: { counter: 'LIVE_SERVICE_KEYS', delta: -1 },
    });
  });
});

test('through any rotations, undoings and revocations the counter is the number of rows that count, and at most one key of the line counts', () => {
  const step = fc.record({ what: fc.constantFrom('rotate', 'undo', 'revoke'), waitSeconds: fc.integer({ min: 0, max: 50 }), overlapSeconds: fc.constantFrom(0, 20, 60) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const line = [storedKey()];
      let counter = 1;
      let now = NOW;
      const put = (key: ApiKey): void => void (line[line.findIndex(({ id }) => id === key.id)] = key);
      for (const { what, waitSeconds, overlapSeconds } of steps) {
        now = new Date(now.getTime() + waitSeconds * 1000);
        const key = line.at(-1);
        if (key === undefined) throw new Error('the line is empty');
        const other = line.find(({ id }) => id === key.rotatedFrom) ?? null;
        if (what === 'rotate') {
          const answer = rotate(key, { id: `key_${line.length + 1}`, overlapSeconds, by, now }, vault);
          if (!answer.ok) continue;
          put(answer.previous);
          line.push(answer.key);
          counter += answer.counterDelta.delta;
        } else if (what === 'undo') {
          const answer = undoRotation({ key, other }, { by, now });
          if (!answer.ok) continue;
          put(answer.key);
          put(answer.previous);
          line.splice(line.indexOf(answer.key), 1);
          expect(answer.key.counted).toBe(false);
          expect(isLive(answer.previous, now)).toBe(true);
          counter += answer.counterDelta.delta;
        } else {
          const answer = revoke(key, { by, reason: 'x', now });
          if (!answer.ok) continue;
          put(answer.key);
          counter += answer.counterDelta.delta;
        }
        expect(counter).toBe(line.filter(({ counted }) => counted).length);
        expect(counter).toBeLessThanOrEqual(1);
      }
    }),
  );
});
