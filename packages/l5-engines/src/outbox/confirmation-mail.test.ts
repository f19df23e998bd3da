import { expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { confirmationMail, readConfirmation } from './confirmation-mail.ts';

const payload = { confirmationId: 'cnf_1', address: 'ops@acme.example', expiresAt: '2026-03-02T12:00:00.000Z', dataKeyId: 'dek_1', sealedToken: 'x' };

test('the mail goes to the address that is to be confirmed, and holds the token once', () => {
  const requested = readConfirmation(payload);
  if (requested === null) throw new Error('the payload was not read');
  const mail = confirmationMail(requested, 'tnt_1', new Secret('hoc_cnf_TOKEN'));
  expect(mail.to).toBe('ops@acme.example');
  expect(mail.subject).toBe('Confirm your contact address');
  expect(mail.text.split('hoc_cnf_TOKEN')).toHaveLength(2);
  expect(mail.text).toContain(payload.expiresAt);
  // Who has the address of several tenants can tell which one it is.
  expect(mail.text).toContain('the tenant tnt_1 of HOC');
});

test.each(Object.keys(payload))('a payload without %s is no confirmation', (field) => {
  expect(readConfirmation({ ...payload, [field]: undefined })).toBeNull();
});
