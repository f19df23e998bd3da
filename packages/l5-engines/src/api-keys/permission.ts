import { isManagementPermission, isPermission } from '../permission.ts';
import { PERMISSIONS_OF_PLANE } from './permissions-catalog.ts';

/**
 * Whether `pattern` grants `permission`: the same string, or `resource:*` for any action on that resource. `hoc:`
 * permissions are granted by the very same string alone.
 */
export const covers = (pattern: string, permission: string): boolean => {
  if (pattern === permission) return true;
  return pattern.endsWith(':*') && !isManagementPermission(permission) && permission.startsWith(pattern.slice(0, -1));
};

/** Whether one of the patterns grants the permission. */
export const isCovered = (patterns: readonly string[], permission: string): boolean => patterns.some((pattern) => covers(pattern, permission));

/** Why an API key cannot be given this permission, as a sentence; `null` when it can. For input schemas. */
export const permissionProblem = (permission: string): string | null => {
  if (!isPermission(permission)) return 'a permission is "resource:action"; the action may be "*"';
  return isManagementPermission(permission) ? unknownTo('cus', permission) : null;
};

/** Why a token of this plane cannot be given this permission; tokens hold `hoc:` permissions of their plane and no others. */
export const tokenPermissionProblem = (plane: 'int' | 'fdr', permission: string): string | null => unknownTo(plane, permission);

/** Why a text cannot be a pattern of `grantable`. `hoc:` permissions are granted by holding them, never by a pattern. */
export const grantablePatternProblem = (pattern: string): string | null => {
  if (!isPermission(pattern)) return 'a grantable pattern is "resource:action"; the action may be "*"';
  return isManagementPermission(pattern) ? 'a "hoc:" permission is granted by whoever holds it, not by a pattern' : null;
};

const unknownTo = (plane: keyof typeof PERMISSIONS_OF_PLANE, permission: string): string | null => {
  const known: readonly string[] = PERMISSIONS_OF_PLANE[plane];
  return known.includes(permission) ? null : `"${permission}" is no permission of the ${plane} plane`;
};
