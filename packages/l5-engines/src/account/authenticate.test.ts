import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decideScope, type Stored } from '../../test/decide-scope.ts';
import { after, NOW, operator, storedKey } from '../../test/key.ts';
import { ringOf, vault } from '../../test/vault.ts';
import { digestOf } from '../digest.ts';
import { mintToken, type TokenPrefix } from '../token.ts';
import { newAccessToken } from './access-token.ts';
import { authenticate } from './authenticate.ts';
import type { AccessToken } from './rows.ts';

const tokenOf = (prefix: TokenPrefix): string => mintToken({ prefix, locator: prefix === 'live' ? 'abcde' : '', randomBytes }).token.reveal();
const manager = {
  kind: 'MANAGEMENT',
  permissions: ['hoc:keys.read', 'hoc:keys.create', 'docs:read'],
} as const;

/** Presents the token of a stored management key, but for what is said of the key. */
const present = async (but: Partial<ReturnType<typeof storedKey>> = {}, stored: Stored = {}, address: string | null = '10.0.0.1') => {
  const token = tokenOf('live');
  const key = { ...storedKey({ ...manager, permissions: [...manager.permissions] }), ...but, digest: digestOf(vault.peppers.current, token) };
  const { scope, alarms } = decideScope({ ...stored, keys: [key] });
  return { answer: await authenticate(scope, { token, address }, NOW), alarms };
};
const refused = (refusal: string) => ({ ok: false, refusal });

describe('a management key', () => {
  test.each(['ACTIVE', 'SUSPENDED'] as const)('of a tenant that is %s speaks for that tenant, with its permissions', async (tenantStatus) => {
    expect((await present({}, { tenantStatus })).answer).toEqual({
      ok: true,
      principal: { plane: 'cus', id: 'key_1', name: 'CI', tenantId: 'tnt_1', permissions: new Set(manager.permissions) },
    });
  });

  test('under an older pepper is told of', async () => {
    const token = tokenOf('live');
    const older = ringOf('pepper', ['p1']).current;
    const { scope, old } = decideScope({ keys: [{ ...storedKey({ ...manager, permissions: [...manager.permissions] }), digest: digestOf(older, token), pepperId: 'p1' }] });
    expect((await authenticate(scope, { token, address: null }, NOW)).ok).toBe(true);
    expect(old).toMatchObject([{ tenantId: 'tnt_1', id: 'key_1', from: { pepperId: 'p1' }, to: { pepperId: 'p2' } }]);
  });

  test('of no project, or with an expiry to come, is as good', async () => {
    expect((await present({ projectId: null, expiresAt: after(1) })).answer.ok).toBe(true);
  });

  test.each<[string, Parameters<typeof present>[0], Stored]>([
    ['revoked', { status: 'REVOKED' }, {}],
    ['frozen', { status: 'FROZEN' }, {}],
    ['expired', { expiresAt: NOW }, {}],
    ['of a tenant that is CREATING', {}, { tenantStatus: 'CREATING' }],
    ['of a tenant that is TERMINATED', {}, { tenantStatus: 'TERMINATED' }],
    ['of a tenant that is ARCHIVED', {}, { tenantStatus: 'ARCHIVED' }],
    ['of an archived project', {}, { projectStatus: 'ARCHIVED' }],
    ['of a project that is missing', {}, { projectStatus: null }],
    ['of another tenant than its locator’s', { tenantId: 'tnt_2' }, {}],
    ['of a locator that nobody has', {}, { locators: {} }],
  ])('%s is nobody; so is a service key', async (_case, but, stored) => {
    expect((await present(but, stored)).answer).toEqual(refused('UNAUTHENTICATED'));
    expect((await present({ ...but, kind: 'SERVICE', permissions: ['docs:read'] }, stored)).answer).toEqual(refused('UNAUTHENTICATED'));
  });

  test.each<[string, string | null, boolean]>([
    ['on the list', '10.9.9.9', true],
    ['on the list, as a socket shows it', '::ffff:10.9.9.9', true],
    ['off the list', '11.0.0.1', false],
    ['unknown', null, false],
    ['unreadable', 'x', false],
  ])('from an address %s', async (_case, address, expected) => {
    const { answer } = await present({ allowedAddresses: ['10.0.0.0/8'] }, {}, address);
    expect(answer).toEqual(expected ? expect.objectContaining({ ok: true }) : refused('FORBIDDEN_ADDRESS'));
  });

  test('of a locator that nobody has is looked up no further', async () => {
    const { scope, asked } = decideScope({ locators: {} });
    expect(await authenticate(scope, { token: tokenOf('live'), address: null }, NOW)).toEqual(refused('UNAUTHENTICATED'));
    expect(asked).toEqual(['locator abcde']);
  });

  test('whose permissions cannot be read is nobody, and someone is told', async () => {
    const { answer, alarms } = await present({ permissions: ['hoc:keys.read', '*'] });
    expect(answer).toEqual(refused('UNAUTHENTICATED'));
    expect(alarms).toEqual([{ tenantId: 'tnt_1', id: 'key_1', field: 'permissions' }]);
  });
});

describe('a service key', () => {
  test('that would verify is known for what it is, from any address', async () => {
    expect((await present({ kind: 'SERVICE', permissions: ['docs:read'] })).answer).toEqual(refused('SERVICE_KEY'));
    expect((await present({ kind: 'SERVICE', permissions: ['docs:read'], allowedAddresses: ['192.0.2.0/24'] })).answer).toEqual(refused('SERVICE_KEY'));
  });
});

describe('an access token', () => {
  const issue = (plane: 'fdr' | 'int', but: Partial<AccessToken> = {}, peppers = vault.peppers) => {
    const { accessToken, token } = newAccessToken({ id: 'tok_1', plane, name: 'ops', permissions: ['hoc:keys.verify'], by: operator, now: NOW }, { ...vault, peppers });
    return { token: token.reveal(), ...decideScope({ accessTokens: [{ ...accessToken, ...but }] }) };
  };
  const ask = ({ token, scope }: ReturnType<typeof issue>) => authenticate(scope, { token, address: null }, NOW);

  test.each(['fdr', 'int'] as const)('of the %s plane speaks on that plane, for no tenant', async (plane) => {
    expect(await ask(issue(plane))).toEqual({ ok: true, principal: { plane, id: 'tok_1', name: 'ops', tenantId: null, permissions: new Set(['hoc:keys.verify']) } });
  });

  test('made under an older pepper is still found by one look for all its digests, and told of', async () => {
    const issued = issue('int', {}, ringOf('pepper', ['p1']));
    expect((await ask(issued)).ok).toBe(true);
    expect(issued.asked).toEqual(['access token']);
    expect(issued.old).toMatchObject([{ tenantId: null, id: 'tok_1', from: { pepperId: 'p1' }, to: { pepperId: 'p2', digest: digestOf(vault.peppers.current, issued.token) } }]);
  });

  test('that was revoked is nobody', async () => {
    expect(await ask(issue('fdr', { revokedAt: NOW }))).toEqual(refused('UNAUTHENTICATED'));
  });

  test('whose row was moved to another plane is nobody', async () => {
    expect(await ask(issue('int', { plane: 'fdr' }))).toEqual(refused('UNAUTHENTICATED'));
  });

  test('whose permissions cannot be read is nobody, and someone is told', async () => {
    const issued = issue('fdr', { permissions: ['*'] });
    expect(await ask(issued)).toEqual(refused('UNAUTHENTICATED'));
    expect(issued.alarms).toEqual([{ tenantId: null, id: 'tok_1', field: 'permissions' }]);
  });

  test('whose permissions cannot be read is nobody, also where there is nobody to tell', async () => {
    const { token, scope } = issue('fdr', { permissions: ['*'] });
    const { alarm: _, ...silent } = scope;
    expect(await authenticate(silent, { token, address: null }, NOW)).toEqual(refused('UNAUTHENTICATED'));
  });
});

test.each<TokenPrefix>(['live', 'test', 'op', 'svc'])('a token of %s that nobody has is nobody', async (prefix) => {
  expect(await authenticate(decideScope({}).scope, { token: tokenOf(prefix), address: null }, NOW)).toEqual(refused('UNAUTHENTICATED'));
});

test.each(['', 'x', 'Bearer x', `${tokenOf('op')}0`, tokenOf('op').replace('hoc_op', 'hoc_svc')])('%j is nobody, and asks nobody', async (token) => {
  const { scope, asked } = decideScope({});
  expect(await authenticate(scope, { token, address: null }, NOW)).toEqual(refused('UNAUTHENTICATED'));
  expect(asked).toEqual([]);
});

test('an outage is an outage, and refuses nobody', async () => {
  const { scope } = decideScope({});
  const outage = new Error('connection refused');
  const down = { ...scope, truth: { find: () => Promise.reject(outage) }, accessTokens: { find: () => Promise.reject(outage) } };
  await expect(authenticate(down, { token: tokenOf('live'), address: null }, NOW)).rejects.toBe(outage);
  await expect(authenticate(down, { token: tokenOf('op'), address: null }, NOW)).rejects.toBe(outage);
});
