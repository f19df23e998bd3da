import { describe, expect, test } from 'vitest';
import { covers, grantablePatternProblem, isCovered, permissionProblem, tokenPermissionProblem } from './permission.ts';
import { CUS_PERMISSIONS, FDR_PERMISSIONS, INT_PERMISSIONS } from './permissions-catalog.ts';

test.each([
  ['docs:read', 'docs:read', true],
  ['docs:*', 'docs:read', true],
  ['docs:*', 'docs:*', true],
  ['docs:read', 'docs:*', false],
  ['docs:read', 'docs:write', false],
  ['docs:read', 'docs:reader', false],
  ['docs:*', 'docs2:read', false],
  ['doc:*', 'docs:read', false],
  ['docs:*', 'other:docs', false],
  ['hoc:keys.read', 'hoc:keys.read', true],
  ['hoc:*', 'hoc:keys.read', false],
])('%s covers %s: %s', (pattern, permission, expected) => {
  expect(covers(pattern, permission)).toBe(expected);
  expect(isCovered(['x:y', pattern], permission)).toBe(expected);
});

test('no patterns cover nothing', () => {
  expect(isCovered([], 'docs:read')).toBe(false);
});

describe('what a key can be given', () => {
  test.each([...CUS_PERMISSIONS, 'docs:read', 'docs:*'])('%s', (permission) => {
    expect(permissionProblem(permission)).toBeNull();
  });

  test.each(['hoc:*', 'hoc:unknown', 'hoc:keys.*', 'hoc:keys.verify', 'hoc:tenants.create', 'hoc:tokens.create', 'hoc:governance.write', '*', 'docs'])('not %s', (permission) => {
    expect(permissionProblem(permission)).toEqual(expect.any(String));
  });
});

describe('what a token can be given', () => {
  test('the permissions of its plane and no others', () => {
    expect(INT_PERMISSIONS.map((permission) => tokenPermissionProblem('int', permission))).toEqual([null]);
    expect(new Set(FDR_PERMISSIONS.map((permission) => tokenPermissionProblem('fdr', permission)))).toEqual(new Set([null]));
    for (const permission of ['hoc:*', 'docs:read', '*', 'hoc:keys.read', 'hoc:projects.create']) {
      expect(tokenPermissionProblem('int', permission)).toEqual(expect.any(String));
      expect(tokenPermissionProblem('fdr', permission)).toEqual(expect.any(String));
    }
    expect(tokenPermissionProblem('int', 'hoc:tenants.read')).toEqual(expect.any(String));
    expect(tokenPermissionProblem('fdr', 'hoc:keys.verify')).toEqual(expect.any(String));
  });
});

test('a grantable pattern speaks of the operator’s own API alone', () => {
  expect(grantablePatternProblem('docs:*')).toBeNull();
  expect(grantablePatternProblem('hoc:keys.create')).toEqual(expect.any(String));
  expect(grantablePatternProblem('*:*')).toEqual(expect.any(String));
});
