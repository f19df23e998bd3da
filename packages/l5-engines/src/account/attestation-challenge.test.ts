import { expect, test } from 'vitest';
import { after, NOW, operator } from '../../test/key.ts';
import { vault } from '../../test/vault.ts';
import { digestOf } from '../digest.ts';
import { newAttestationChallenge } from './attestation-challenge.ts';

test('a challenge keeps the digest of its nonce, and can be answered for five minutes', () => {
  const { challenge, nonce } = newAttestationChallenge({ id: 'att_1', tenantId: 'tnt_1', by: operator, now: NOW }, vault);
  expect(nonce.reveal()).toMatch(/^[0-9A-Za-z]{32}$/);
  expect(challenge).toEqual({
    tenantId: 'tnt_1', id: 'att_1', digest: digestOf(vault.peppers.current, nonce.reveal()), pepperId: 'p2', expiresAt: after(300), usedAt: null, keyId: null, createdBy: operator, createdAt: NOW,
  });
  expect(JSON.stringify({ challenge, nonce })).not.toContain(nonce.reveal());
});
