import { describe, expect, test } from 'vitest';
import { after, NOW, operator, plain } from '../../test/key.ts';
import { aSentence } from '../../test/sentence.ts';
import { vault } from '../../test/vault.ts';
import { digestOf } from '../digest.ts';
import { locatorOf, parseToken } from '../token.ts';
import { newKey, type NewKey } from './issue.ts';

const issued = (but: Partial<NewKey> = {}) => {
  const answer = newKey({ ...plain, ...but }, vault);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  return answer;
};

describe('a new key', () => {
  test('is ACTIVE, counted, of version 1, made by the one who asked', () => {
    const { key, counterDelta } = issued();
    expect(key).toMatchObject({ status: 'ACTIVE', counted: true, version: 1, createdBy: operator, createdAt: NOW, updatedAt: NOW, rotatedFrom: null });
    expect(counterDelta).toEqual({ counter: 'LIVE_SERVICE_KEYS', delta: 1 });
  });

  test('has a token of its environment and its tenant’s locator, and keeps only the digest under the current pepper', () => {
    const { key, token } = issued({ environment: 'test' });
    expect(parseToken(token.reveal())).toEqual({ prefix: 'test', publicId: key.publicId });
    expect(locatorOf(key.publicId)).toBe('abcde');
    expect(key.digest).toBe(digestOf(vault.peppers.current, token.reveal()));
    expect(key.pepperId).toBe('p2');
    expect(JSON.stringify(key)).not.toContain(token.reveal().slice(24, 56));
  });

  test('is a management key when it has a hoc: permission, whatever else it has', () => {
    const { key, counterDelta } = issued({ permissions: ['docs:read', 'hoc:keys.read'], grantable: ['docs:*'] });
    expect(key).toMatchObject({ kind: 'MANAGEMENT', grantable: ['docs:*'] });
    expect(counterDelta.counter).toBe('LIVE_MANAGEMENT_KEYS');
  });

  test('is metered under its own id, with the credits that it was given beside it', () => {
    expect(issued()).toMatchObject({ key: { id: 'key_1', meterId: 'key_1', rateLimits: [], hasCredits: false, creditRefill: null, maxConcurrent: null }, credits: null });
    const refill = { amount: 5, interval: 'MONTHLY' } as const;
    expect(issued({ credits: { remaining: 9, refill }, maxConcurrent: 2 })).toMatchObject({ key: { hasCredits: true, creditRefill: refill, maxConcurrent: 2 }, credits: 9 });
    expect(issued({ credits: { remaining: 0, refill: null } })).toMatchObject({ key: { hasCredits: true, creditRefill: null }, credits: 0 });
  });

  test('never has the token of another', () => {
    expect(issued().token.reveal()).not.toBe(issued().token.reveal());
  });
});

describe('is refused', () => {
  test('what would meter a management key, with the reason', () => {
    expect(newKey({ ...plain, permissions: ['hoc:keys.read'], maxConcurrent: 1 }, vault)).toMatchObject({ problems: [{ message: 'a management key is not metered: nothing would enforce it' }] });
  });

  test.each<[string, Partial<NewKey>, (string | number)[]]>([
    ['a text that is no permission', { permissions: ['docs:read', 'docs'] }, ['permissions', 1]],
    ['a hoc: permission that nobody has', { permissions: ['hoc:*'] }, ['permissions', 0]],
    ['a hoc: permission of another plane', { permissions: ['hoc:tenants.create'] }, ['permissions', 0]],
    ['grants on a service key', { grantable: ['docs:read'] }, ['grantable']],
    ['a hoc: permission as a pattern', { permissions: ['hoc:keys.create'], grantable: ['hoc:keys.read'] }, ['grantable', 0]],
    ['rate limits on a management key', { permissions: ['hoc:keys.read'], rateLimits: [{ name: 'calls', limit: 1, windowMs: 1000, algorithm: 'SLIDING', mode: 'EXACT' }] }, ['rateLimits']],
    ['credits on a management key', { permissions: ['hoc:keys.read'], credits: { remaining: 1, refill: null } }, ['credits']],
    ['leases of a management key', { permissions: ['hoc:keys.read'], maxConcurrent: 1 }, ['maxConcurrent']],
    ['a range that is none', { allowedAddresses: ['10.0.0.0/8', '10.0.0.0/33'] }, ['allowedAddresses', 1]],
    ['an expiry that is now', { expiresAt: NOW }, ['expiresAt']],
    ['an expiry that was', { expiresAt: after(-1) }, ['expiresAt']],
    ['an expiry that is no time', { expiresAt: new Date(Number.NaN) }, ['expiresAt']],
  ])('%s, at its field', (_case, but, path) => {
    expect(newKey({ ...plain, ...but }, vault)).toEqual({ ok: false, rejection: 'INVALID', problems: [{ path, message: aSentence }] });
  });
});
