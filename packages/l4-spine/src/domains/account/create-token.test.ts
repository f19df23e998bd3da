import { describe, expect, test } from 'vitest';
import { createTenant } from './create-tenant.ts';
import { createToken } from './create-token.ts';
import { permissionsOfPlane } from './token-permissions.ts';

describe('what a token may be asked to be', () => {
  test.each([
    ['another plane’s permission', { plane: 'int', permissions: ['hoc:tenants.read'] }], ['a permission of the operator’s own API', { plane: 'int', permissions: ['docs:read'] }],
    ['no permission at all', { plane: 'int', permissions: [] }], ['the same twice', { plane: 'int', permissions: ['hoc:keys.verify', 'hoc:keys.verify'] }],
    ['a wildcard', { plane: 'fdr', permissions: ['hoc:*'] }], ['what only a starting server may', { plane: 'fdr', permissions: ['hoc:installation.open'] }], ['the cus plane', { plane: 'cus' }],
  ])('%s is refused', (_, but) => {
    expect(createToken.input.safeParse({ name: 'gateway', ...but }).success).toBe(false);
  });

  test('every permission of its plane is taken, and is what a token without a list gets', () => {
    for (const plane of ['int', 'fdr'] as const) expect(createToken.input.safeParse({ name: 'all', plane, permissions: permissionsOfPlane(plane) }).success).toBe(true);
    expect(permissionsOfPlane('int')).toEqual(['hoc:keys.verify']);
  });

  test('a replay never shows the token again', () => {
    expect(createToken.replay?.({ id: 'tok_1', token: 'hoc_op_secret' })).toEqual({ id: 'tok_1', token: null, tokenShown: true });
  });
});

test('a blank tenant name reaches BI-TENANT-002, which says 422', () => {
  const asked = { organizationId: 'org_1', plan: 'FREE', contactEmail: 'a@example.org' };
  expect(createTenant.input.safeParse({ ...asked, name: ' ' }).success).toBe(true);
  expect(createTenant.input.safeParse({ ...asked, name: 'a\0' }).success).toBe(false);
});
