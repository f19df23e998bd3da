import { expect, test } from 'vitest';
import { NOW, operator } from '../../test/key.ts';
import { vault } from '../../test/vault.ts';
import { digestOf } from '../digest.ts';
import { mintToken, parseToken } from '../token.ts';
import { adoptAccessToken, newAccessToken } from './access-token.ts';

test.each([
  ['fdr', 'op', 'hoc:tenants.read'],
  ['int', 'svc', 'hoc:keys.verify'],
] as const)('a token of the %s plane is hoc_%s_…; only its digest is kept', (plane, prefix, permission) => {
  const { accessToken, token } = newAccessToken({ id: 'tok_1', plane, name: 'gateway', permissions: [permission], by: operator, now: NOW }, vault);
  expect(parseToken(token.reveal())).toEqual({ prefix, publicId: accessToken.publicId });
  expect(accessToken).toEqual({
    id: 'tok_1',
    plane,
    name: 'gateway',
    permissions: [permission],
    publicId: accessToken.publicId,
    digest: digestOf(vault.peppers.current, token.reveal()),
    pepperId: 'p2',
    createdBy: operator,
    createdAt: NOW,
    revokedAt: null,
    revokedBy: null,
  });
});

test('a token that was written down beforehand becomes the same row as one that was made here; one of another plane, or with a typo, becomes none', () => {
  const parts = { id: 'tok_1', plane: 'fdr', name: 'first operator', permissions: [], by: operator, now: NOW } as const;
  const token = mintToken({ prefix: 'op', locator: '', randomBytes: vault.randomBytes }).token.reveal();
  expect(adoptAccessToken({ ...parts, permissions: [] }, token, vault)).toMatchObject({
    plane: 'fdr', publicId: parseToken(token)?.publicId, digest: digestOf(vault.peppers.current, token), pepperId: 'p2', revokedAt: null,
  });
  const foreign = mintToken({ prefix: 'svc', locator: '', randomBytes: vault.randomBytes }).token.reveal();
  for (const wrong of [foreign, token.slice(0, -1), '']) expect(adoptAccessToken({ ...parts, permissions: [] }, wrong, vault)).toBeNull();
});
