import { expect, test } from 'vitest';
import { after, NOW } from '../../test/key.ts';
import { ringOf, vault } from '../../test/vault.ts';
import { digestOf } from '../digest.ts';
import { unseal } from '../sealing.ts';
import { countedSince, newContactConfirmation, secondsUntilAnother } from './contact-confirmation.ts';
import { newDataKey, unwrapDataKey } from '../data-key.ts';

const dataKey = newDataKey({ id: 'dek_1', tenantId: 'tnt_1', now: NOW }, vault);
const make = () => newContactConfirmation({ id: 'cnf_1', tenantId: 'tnt_1', address: 'a@b.example', dataKey, now: NOW }, vault);

test('the row has the digest of the token and ends after 24 hours; the token itself is in the sealed text alone, for this place', () => {
  const made = make();
  const unwrapped = unwrapDataKey(dataKey, vault.keks);
  if (!made.ok || !unwrapped.ok) throw new Error('the data key was refused');
  const opened = unseal(unwrapped.key, made.requested.sealedToken, ['tnt_1', 'cnf_1']);
  if (!opened.ok) throw new Error(opened.problem);
  const token = opened.plaintext.reveal();
  expect(token).toMatch(/^hoc_contact_[0-9A-Za-z]{32}$/);
  expect(made.confirmation).toEqual({
    tenantId: 'tnt_1', id: 'cnf_1', address: 'a@b.example', digest: digestOf(vault.peppers.current, token), pepperId: 'p2', expiresAt: after(86_400), usedAt: null, createdAt: NOW,
  });
  expect(JSON.stringify(made)).not.toContain(token);
  expect(unseal(unwrapped.key, made.requested.sealedToken, ['tnt_1', 'cnf_2']).ok).toBe(false);
  expect(unseal(unwrapped.key, made.requested.sealedToken, ['tnt_2', 'cnf_1']).ok).toBe(false);
});

test('no two tokens are alike', () => {
  const digests = Array.from({ length: 50 }, () => {
    const made = make();
    return made.ok ? made.confirmation.digest : '';
  });
  expect(new Set(digests).size).toBe(50);
});

test('a data key that cannot be unwrapped makes no token', () => {
  expect(newContactConfirmation({ id: 'cnf_1', tenantId: 'tnt_1', address: 'a@b.example', dataKey, now: NOW }, { ...vault, keks: ringOf('kek', ['other']) }))
    .toEqual({ ok: false, problem: 'the kek file lacks the key "k2"' });
});

test('five go out in 24 hours, and the next one when the first of them is that old', () => {
  const made = [1, 2, 3, 4].map(after);
  expect(secondsUntilAnother(made, after(10))).toBe(0);
  expect(secondsUntilAnother([...made, after(5)], after(10))).toBe(86_391);
  // Where more of them were made than may be: by the fifth from the end.
  expect(secondsUntilAnother([...made, after(5), after(6)], after(10))).toBe(86_392);
  expect(secondsUntilAnother([...made, after(5)], new Date(after(86_401).getTime() - 1))).toBe(1);
  expect(countedSince(after(86_400))).toEqual(NOW);
});
