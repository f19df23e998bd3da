import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decideScope, type Stored } from '../../test/decide-scope.ts';
import { after, NOW, storedKey } from '../../test/key.ts';
import { ringOf, vault } from '../../test/vault.ts';
import { isPermission } from '../permission.ts';
import { digestOf } from '../digest.ts';
import { mintToken, type TokenPrefix } from '../token.ts';
import { ATTEST_PERMISSION, authenticateServiceKey } from './authenticate-service-key.ts';
import { permissionProblem } from './permission.ts';

/** Presents the token of a stored service key, but for what is said of the key. */
const present = async (but: Partial<ReturnType<typeof storedKey>> = {}, stored: Stored = {}, address: string | null = '10.0.0.1', prefix: TokenPrefix = 'live') => {
  const token = mintToken({ prefix, locator: 'abcde', randomBytes }).token.reveal();
  const { scope, alarms, asked } = decideScope({ ...stored, keys: [{ ...storedKey(), ...but, digest: digestOf(vault.peppers.current, token) }] });
  return { answer: await authenticateServiceKey(scope, { token, address }, NOW), alarms, asked };
};
const refused = (refusal: string) => ({ ok: false, refusal });

describe('a service key that would verify', () => {
  test.each(['live', 'test'] as const)('of the environment %s is known, with its tenant', async (prefix) => {
    expect((await present({}, {}, null, prefix)).answer).toEqual({ ok: true, key: { id: 'key_1', name: 'CI', tenantId: 'tnt_1' } });
  });

  test('under an older pepper is known all the same, and told of', async () => {
    const token = mintToken({ prefix: 'live', locator: 'abcde', randomBytes }).token.reveal();
    const { scope, old } = decideScope({ keys: [{ ...storedKey(), digest: digestOf(ringOf('pepper', ['p1']).current, token), pepperId: 'p1' }] });
    expect((await authenticateServiceKey(scope, { token, address: null }, NOW)).ok).toBe(true);
    expect(old).toMatchObject([{ tenantId: 'tnt_1', id: 'key_1', from: { pepperId: 'p1' }, to: { pepperId: 'p2' } }]);
  });

  test('is known where it is limited to some resources, none of which this is', async () => {
    expect((await present({ allowedResources: ['invoice/1'] })).answer.ok).toBe(true);
  });

  test.each<[string, string | null, boolean]>([['on the list', '10.9.9.9', true], ['off the list', '11.0.0.1', false], ['unknown', null, false]])('from an address that is %s', async (_case, address, isKnown) => {
    const { answer } = await present({ allowedAddresses: ['10.0.0.0/8'] }, {}, address);
    expect(answer).toEqual(isKnown ? expect.objectContaining({ ok: true }) : refused('FORBIDDEN_ADDRESS'));
  });
});

test.each<[string, Parameters<typeof present>[0], Stored]>([
  ['revoked', { status: 'REVOKED' }, {}],
  ['frozen', { status: 'FROZEN' }, {}],
  ['expired', { expiresAt: after(0) }, {}],
  ['of a tenant that is SUSPENDED', {}, { tenantStatus: 'SUSPENDED' }],
  ['of a tenant that is TERMINATED', {}, { tenantStatus: 'TERMINATED' }],
  ['of an archived project', {}, { projectStatus: 'ARCHIVED' }],
  ['of a locator that nobody has', {}, { locators: {} }],
  ['of another tenant than its locator’s', { tenantId: 'tnt_2' }, {}],
])('a key that is %s is nobody', async (_case, but, stored) => {
  expect((await present(but, stored)).answer).toEqual(refused('UNAUTHENTICATED'));
});

test('a token of a locator that nobody has is looked up in no tenant, and one that nobody was given is nobody', async () => {
  const { answer, asked } = await present({}, { locators: {} });
  expect([answer, asked]).toEqual([refused('UNAUTHENTICATED'), ['locator abcde']]);
  const { scope } = decideScope({ keys: [storedKey()] });
  const token = mintToken({ prefix: 'live', locator: 'abcde', randomBytes }).token.reveal();
  expect(await authenticateServiceKey(scope, { token, address: null }, NOW)).toEqual(refused('UNAUTHENTICATED'));
});

test('a management key is none, and from a forbidden address it is nobody', async () => {
  const manager: Parameters<typeof present>[0] = { kind: 'MANAGEMENT', permissions: ['hoc:keys.read'] };
  expect((await present(manager)).answer).toEqual(refused('MANAGEMENT_KEY'));
  expect((await present({ ...manager, allowedAddresses: ['192.0.2.1'] })).answer).toEqual(refused('UNAUTHENTICATED'));
});

test.each(['op', 'svc'] as const)('a token of the form %s is no API key, and nothing is asked', async (prefix) => {
  const { answer, asked } = await present({}, {}, null, prefix);
  expect([answer, asked]).toEqual([refused('UNAUTHENTICATED'), []]);
});

test.each(['', 'a text', 'hoc_live_'])('%j is no token, and nothing is asked', async (token) => {
  const { scope, asked } = decideScope({});
  expect([await authenticateServiceKey(scope, { token, address: null }, NOW), asked]).toEqual([refused('UNAUTHENTICATED'), []]);
});

test('a key whose permissions cannot be read is nobody, and someone is told', async () => {
  const { answer, alarms } = await present({ permissions: ['*'] });
  expect([answer, alarms]).toEqual([refused('UNAUTHENTICATED'), [{ tenantId: 'tnt_1', id: 'key_1', field: 'permissions' }]]);
});

test('where nobody is there to be told, it is nobody all the same', async () => {
  const token = mintToken({ prefix: 'live', locator: 'abcde', randomBytes }).token.reveal();
  const { scope: { alarm: _nobody, ...scope } } = decideScope({ keys: [{ ...storedKey({ permissions: ['*'] }), digest: digestOf(vault.peppers.current, token) }] });
  expect(await authenticateServiceKey(scope, { token, address: null }, NOW)).toEqual(refused('UNAUTHENTICATED'));
});

test('what such a key may do can be given to no key', () => {
  expect(isPermission(ATTEST_PERMISSION)).toBe(true);
  expect(permissionProblem(ATTEST_PERMISSION)).toBe('"hoc:onboarding.attest" is no permission of the cus plane');
});
