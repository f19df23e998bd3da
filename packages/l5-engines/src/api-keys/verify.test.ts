import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decideScope, type Stored } from '../../test/decide-scope.ts';
import { after, NOW, plain } from '../../test/key.ts';
import { ringOf, vault } from '../../test/vault.ts';
import { digestOf } from '../digest.ts';
import { mintToken } from '../token.ts';
import { newKey } from './issue.ts';
import type { ApiKey } from './key.ts';
import { verify, verifyBatch } from './verify.ts';

const issue = (but: Partial<ApiKey> = {}, peppers = vault.peppers) => {
  const issued = newKey(plain, { ...vault, peppers });
  if (!issued.ok) throw new Error('the plain key was refused');
  return { token: issued.token.reveal(), key: { ...issued.key, ...but } };
};

describe('a good token', () => {
  test('is VALID, and tells what the gateway needs', async () => {
    const { token, key } = issue({ expiresAt: after(60) });
    expect(await verify(decideScope({ keys: [key] }).scope, { token }, NOW)).toEqual({
      valid: true,
      code: 'VALID',
      keyId: 'key_1',
      tenantId: 'tnt_1',
      projectId: 'prj_1',
      environment: 'live',
      permissions: ['docs:read'],
      ownerRef: 'user-7',
      metadata: { team: 'search' },
      expiresAt: after(60),
      meters: null,
    });
  });

  test('alarms nobody', async () => {
    const { token, key } = issue();
    const { scope, alarms } = decideScope({ keys: [key] });
    expect(await verify(scope, { token }, NOW)).toMatchObject({ code: 'VALID' });
    expect(alarms).toEqual([]);
  });

  test('of the test environment is as good, and says what it is', async () => {
    const issued = newKey({ ...plain, environment: 'test' }, vault);
    if (!issued.ok) throw new Error('the plain key was refused');
    const { scope } = decideScope({ keys: [issued.key] });
    expect(await verify(scope, { token: issued.token.reveal() }, NOW)).toMatchObject({ code: 'VALID', environment: 'test' });
  });

  test('leaves out what the key has not, and never shows its digest', async () => {
    const { token, key } = issue({ projectId: null, ownerRef: null });
    const answer = await verify(decideScope({ keys: [key] }).scope, { token }, NOW);
    expect(Object.keys(answer).sort()).toEqual(['code', 'environment', 'keyId', 'metadata', 'meters', 'permissions', 'tenantId', 'valid']);
  });

  test('made under an older pepper is still found, and told of; one under the current pepper is not', async () => {
    const { token, key } = issue({}, ringOf('pepper', ['p1']));
    expect(key.pepperId).toBe('p1');
    const { scope, old } = decideScope({ keys: [key] });
    expect(await verify(scope, { token }, NOW)).toMatchObject({ code: 'VALID' });
    expect(old).toEqual([{
      tenantId: 'tnt_1', id: 'key_1',
      from: { digest: key.digest, pepperId: 'p1' }, to: { digest: digestOf(vault.peppers.current, token), pepperId: 'p2' },
    }]);
    const moved = decideScope({ keys: [{ ...key, digest: old[0]?.to.digest ?? '', pepperId: 'p2' }] });
    expect(await verify(moved.scope, { token }, NOW)).toMatchObject({ code: 'VALID' });
    expect(moved.old).toEqual([]);
  });
});

describe('a negative verdict', () => {
  test.each<[string, Partial<ApiKey>, Stored, string]>([
    ['a revoked key', { status: 'REVOKED' }, {}, 'REVOKED'],
    ['a suspended tenant', {}, { tenantStatus: 'SUSPENDED' }, 'TENANT_NOT_ACTIVE'],
    ['an archived project', {}, { projectStatus: 'ARCHIVED' }, 'PROJECT_NOT_ACTIVE'],
  ])('of %s names the key and the tenant, and nothing else of it', async (_case, but, stored, code) => {
    const { token, key } = issue(but);
    expect(await verify(decideScope({ ...stored, keys: [key] }).scope, { token }, NOW)).toEqual({ valid: false, code, keyId: 'key_1', tenantId: 'tnt_1' });
  });

  test('on a token that nobody has is NOT_FOUND, whether the locator is known or not', async () => {
    for (const locator of ['abcde', 'zzzzz']) {
      const token = mintToken({ prefix: 'live', locator, randomBytes }).token.reveal();
      expect(await verify(decideScope({}).scope, { token }, NOW)).toEqual({ valid: false, code: 'NOT_FOUND' });
    }
  });

  test('on a token of a locator that nobody has asks for no key', async () => {
    const { scope, asked } = decideScope({ locators: {} });
    await verify(scope, { token: mintToken({ prefix: 'live', locator: 'abcde', randomBytes }).token.reveal() }, NOW);
    expect(asked).toEqual(['locator abcde']);
  });

  test('the locator is no proof: another tenant’s locator does not lead to the key', async () => {
    const { token, key } = issue({ tenantId: 'tnt_2' });
    expect(await verify(decideScope({ keys: [key] }).scope, { token }, NOW)).toEqual({ valid: false, code: 'NOT_FOUND' });
  });

  test.each([
    ['no token', 'x'],
    ['a typo', mintToken({ prefix: 'live', locator: 'abcde', randomBytes }).token.reveal().replace('abcde', 'abcdf')],
    ['an operator’s token', mintToken({ prefix: 'op', locator: '', randomBytes }).token.reveal()],
    ['a service’s token', mintToken({ prefix: 'svc', locator: '', randomBytes }).token.reveal()],
  ])('on %s is MALFORMED, and asks nobody', async (_case, token) => {
    const { scope, asked } = decideScope({});
    expect(await verify(scope, { token }, NOW)).toEqual({ valid: false, code: 'MALFORMED' });
    expect(asked).toEqual([]);
  });
});

test('an outage is an outage, and no verdict', async () => {
  const { token, key } = issue();
  const { scope } = decideScope({ keys: [key] });
  const outage = new Error('connection refused');
  await expect(verify({ ...scope, truth: { find: () => Promise.reject(outage) } }, { token }, NOW)).rejects.toBe(outage);
  await expect(verify({ ...scope, locators: { resolve: () => Promise.reject(outage) } }, { token }, NOW)).rejects.toBe(outage);
  await expect(verifyBatch({ ...scope, truth: { find: () => Promise.reject(outage) } }, [{ token: 'x' }, { token }], NOW)).rejects.toBe(outage);
});

test('unreadable permissions deny, and someone is told', async () => {
  const { token, key } = issue({ permissions: ['*'] });
  const { scope, alarms } = decideScope({ keys: [key] });
  expect(await verify(scope, { token }, NOW)).toMatchObject({ valid: false, code: 'INSUFFICIENT_PERMISSIONS' });
  expect(alarms).toEqual([{ tenantId: 'tnt_1', id: 'key_1', field: 'permissions' }]);
  const { alarm: _, ...silent } = scope;
  expect(await verify(silent, { token }, NOW)).toMatchObject({ valid: false, code: 'INSUFFICIENT_PERMISSIONS' });
});

test('a batch answers in the order of its questions, each as if it were alone', async () => {
  const { token, key } = issue();
  const { scope } = decideScope({ keys: [key] });
  const questions = [{ token: 'x' }, { token }, { token: mintToken({ prefix: 'live', locator: 'abcde', randomBytes }).token.reveal() }, { token }];
  const answers = await verifyBatch(scope, questions, NOW);
  expect(answers.map(({ code }) => code)).toEqual(['MALFORMED', 'VALID', 'NOT_FOUND', 'VALID']);
});
