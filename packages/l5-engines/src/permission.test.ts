import { describe, expect, test } from 'vitest';
import { isManagementPermission, isPermission, readPermissions } from './permission.ts';

describe('the grammar', () => {
  test.each(['docs:read', 'docs:*', 'a:b', 'billing.invoices:list-all', 'v1/users:get', '_x:_y', 'hoc:keys.create', `${'r'.repeat(100)}:${'a'.repeat(100)}`])('%s is a permission', (text) => {
    expect(isPermission(text)).toBe(true);
  });

  test.each(['', '*', ':', 'docs', 'docs:', ':read', '*:read', '*:*', 'docs:re*', 'd*cs:read', 'docs:read:all', 'docs read', ' docs:read', 'docs:read\n', 'docs:read\0', 'döcs:read', '-docs:read', `${'r'.repeat(101)}:a`])(
    '%j is none',
    (text) => {
      expect(isPermission(text)).toBe(false);
    },
  );

  test('only the hoc namespace manages HOC', () => {
    expect(isManagementPermission('hoc:keys.read')).toBe(true);
    expect(isManagementPermission('hocus:keys')).toBe(false);
    expect(isManagementPermission('docs:hoc')).toBe(false);
  });
});

describe('stored permissions', () => {
  test('are what they are when every one can be read', () => {
    expect(readPermissions([])).toEqual([]);
    expect(readPermissions(['docs:*', 'hoc:keys.read'])).toEqual(['docs:*', 'hoc:keys.read']);
  });

  test.each([[null], [undefined], ['docs:read'], ['*'], [{}], [['*']], [['docs:read', '*:*']], [['docs:read', 7]], [['docs:read', null]], [[['docs:read']]]])('%j cannot be read, and is not "everything"', (stored) => {
    expect(readPermissions(stored)).toBeNull();
  });
});
