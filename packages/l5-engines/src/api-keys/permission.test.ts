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

  test.each(['hoc:*', 'hoc:unknown', 'hoc:keys.verify', 'hoc:tenants.create', 'hoc:tokens.create', 'hoc:governance.write'])('not %s, which is of no key', (permission) => {
    expect(permissionProblem(permission)).toBe(`"${permission}" is no permission of the cus plane`);
  });

  test.each(['*', 'docs', 'hoc:keys.*'])('not %s, which is no permission', (text) => {
    expect(permissionProblem(text)).toBe('a permission is "resource:action"; the action may be "*"');
  });
});

describe('what a token can be given', () => {
  test('the permissions of its plane and no others', () => {
    expect(INT_PERMISSIONS.map((permission) => tokenPermissionProblem('int', permission))).toEqual([null]);
    expect(new Set(FDR_PERMISSIONS.map((permission) => tokenPermissionProblem('fdr', permission)))).toEqual(new Set([null]));
    for (const permission of ['hoc:*', 'docs:read', '*', 'hoc:keys.read', 'hoc:projects.create']) {
      for (const plane of ['int', 'fdr'] as const) expect(tokenPermissionProblem(plane, permission)).toBe(`"${permission}" is no permission of the ${plane} plane`);
    }
    expect(tokenPermissionProblem('int', 'hoc:tenants.read')).not.toBeNull();
    expect(tokenPermissionProblem('fdr', 'hoc:keys.verify')).not.toBeNull();
  });
});

test('a grantable pattern speaks of the operator’s own API alone', () => {
  expect(grantablePatternProblem('docs:*')).toBeNull();
  expect(grantablePatternProblem('hoc:keys.create')).toBe('a "hoc:" permission is granted by whoever holds it, not by a pattern');
  expect(grantablePatternProblem('*:*')).toBe('a grantable pattern is "resource:action"; the action may be "*"');
});
