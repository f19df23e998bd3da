import { expect, test } from 'vitest';
import { keyRow, NOW } from '../../../test/fixtures/rows.ts';
import { keyShape, showKey } from './shapes.ts';

const actor = { plane: 'cus', id: 'key_9', name: 'admin' } as const;
const row = keyRow({
  kind: 'MANAGEMENT', grantable: ['docs:*'], expiresAt: NOW, metadata: { a: [1] }, ownerRef: 'u1', rotatedFrom: 'key_0', rotatedTo: 'key_2', rotatedAt: NOW, priorExpiresAt: NOW,
  status: 'REVOKED', revokedAt: NOW, revokedBy: actor, revokedReason: 'leaked', frozenAt: NOW, frozenBy: actor, frozenReason: 'odd',
});

test('a key is shown as the contract has it, and survives JSON as it is', () => {
  const shown = showKey(row);
  expect(keyShape.parse(JSON.parse(JSON.stringify(shown)))).toEqual(shown);
  expect(shown.expiresAt).toBe('2026-01-01T00:00:00.000Z');
});

test('neither digest nor pepper, nor what only HOC needs to know, is shown', () => {
  const shown = JSON.stringify(showKey(row));
  expect(shown).not.toContain(row.digest);
  for (const hidden of ['digest', 'pepperId', 'counted', 'priorExpiresAt', 'rotatedTo']) expect(Object.keys(showKey(row))).not.toContain(hidden);
});
