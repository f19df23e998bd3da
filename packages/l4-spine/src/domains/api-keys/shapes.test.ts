import { expect, test } from 'vitest';
import { after, keyRow, NOW } from '../../../test/fixtures/rows.ts';
import { UNUSED, withCredits } from './readings.ts';
import { keyShape, showKey } from './shapes.ts';

const actor = { plane: 'cus', id: 'key_9', name: 'admin' } as const;
const row = keyRow({
  kind: 'MANAGEMENT', grantable: ['docs:*'], expiresAt: NOW, metadata: { a: [1] }, ownerRef: 'u1', rotatedFrom: 'key_0', rotatedTo: 'key_2', rotatedAt: NOW, priorExpiresAt: NOW,
  status: 'REVOKED', revokedAt: NOW, revokedBy: actor, revokedReason: 'leaked', frozenAt: NOW, frozenBy: actor, frozenReason: 'odd',
});

test('a key is shown as the contract has it, and survives JSON as it is', () => {
  const shown = showKey(row, UNUSED, NOW);
  expect(keyShape.parse(JSON.parse(JSON.stringify(shown)))).toEqual(shown);
  expect(shown.expiresAt).toBe('2026-01-01T00:00:00.000Z');
});

test('neither digest nor pepper, nor what only HOC needs to know, is shown', () => {
  const shown = JSON.stringify(showKey(row, UNUSED, NOW));
  expect(shown).not.toContain(row.digest);
  for (const hidden of ['digest', 'pepperId', 'counted', 'priorExpiresAt', 'rotatedTo', 'meterId', 'hasCredits', 'creditRefill']) expect(Object.keys(showKey(row, UNUSED, NOW))).not.toContain(hidden);
});

test('a key that nobody has used and nothing meters says so', () => {
  expect(showKey(row, UNUSED, NOW)).toMatchObject({ rateLimits: [], credits: null, maxConcurrent: null, lastUsedAt: null, lastAddress: null, verifications: 0 });
});

test('its limits, what is left of its credits, and its last use are shown', () => {
  const limit = { name: 'calls', limit: 10, windowMs: 1000, algorithm: 'SLIDING', mode: 'EXACT' } as const;
  const metered = keyRow({ rateLimits: [limit], hasCredits: true, creditRefill: { amount: 50, interval: 'DAILY' }, maxConcurrent: 3 });
  const used = { creditsOf: () => null, activityOf: () => ({ tenantId: 'tnt_1', keyId: 'key_1', lastUsedAt: after(5), lastAddress: '192.0.2.0/24', verifications: 7 }) };
  const shown = showKey(metered, withCredits(used, { remaining: 4, period: '2026-01-01' }), NOW);
  expect(keyShape.parse(JSON.parse(JSON.stringify(shown)))).toEqual(shown);
  expect(shown).toMatchObject({
    rateLimits: [limit], credits: { remaining: 4, refill: { amount: 50, interval: 'DAILY' } }, maxConcurrent: 3,
    lastUsedAt: '2026-01-01T00:00:05.000Z', lastAddress: '192.0.2.0/24', verifications: 7,
  });
  // What a verification would find now: the refill of a new day.
  expect(showKey(metered, withCredits(used, { remaining: 4, period: '2025-12-31' }), NOW).credits).toMatchObject({ remaining: 50 });
});
