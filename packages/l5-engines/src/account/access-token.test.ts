import { expect, test } from 'vitest';
import { NOW, operator } from '../../test/key.ts';
import { vault } from '../../test/vault.ts';
import { digestOf } from '../digest.ts';
import { parseToken } from '../token.ts';
import { newAccessToken } from './access-token.ts';

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
