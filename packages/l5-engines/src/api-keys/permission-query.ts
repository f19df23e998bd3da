import { isPermission } from '../permission.ts';
import { isCovered } from './permission.ts';

declare const checked: unique symbol;

/**
 * A question about permissions: one permission, or `and`, `or`, `not` of questions. Only {@link parsePermissionQuery}
 * makes one, so that whoever holds one may walk it without fear for the stack.
 */
export type PermissionQuery = PermissionQueryNode & { readonly [checked]: true };

type PermissionQueryNode =
  | string
  | { readonly and: readonly PermissionQueryNode[] }
  | { readonly or: readonly PermissionQueryNode[] }
  | { readonly not: PermissionQueryNode };

export type ParsedPermissionQuery =
  | { readonly ok: true; readonly query: PermissionQuery }
  /** `path` leads from the query to what is wrong with it. */
  | { readonly ok: false; readonly path: readonly (string | number)[]; readonly message: string };

/** A permission alone has depth 1, and each `and`, `or` or `not` around it adds 1 (HTTP-API.md). */
export const MAX_QUERY_DEPTH = 8;

/**
 * Takes a value from outside for a permission query, or says what is wrong. Safe on any value however deeply nested:
 * it descends no further than {@link MAX_QUERY_DEPTH}. An empty `and` or `or` is refused, since an empty `and` would
 * be true of a key that has no permission at all.
 */
export const parsePermissionQuery = (value: unknown): ParsedPermissionQuery => {
  const wrong = findFault(value, []);
  // findFault has just walked the whole value, and found nothing else in it.
  return wrong ?? { ok: true, query: value as PermissionQuery };
};

/** Whether permissions answer the query. Without permissions only a `not` can hold. */
export const satisfies = (permissions: readonly string[], query: PermissionQuery): boolean => holds(permissions, query);

const holds = (permissions: readonly string[], node: PermissionQueryNode): boolean => {
  if (typeof node === 'string') return isCovered(permissions, node);
  if ('and' in node) return node.and.every((part) => holds(permissions, part));
  if ('or' in node) return node.or.some((part) => holds(permissions, part));
  return !holds(permissions, node.not);
};

const findFault = (value: unknown, path: readonly (string | number)[]): Exclude<ParsedPermissionQuery, { ok: true }> | null => {
  const fault = (message: string): Exclude<ParsedPermissionQuery, { ok: true }> => ({ ok: false, path, message });
  const depth = 1 + path.filter((step) => typeof step === 'string').length;
  if (depth > MAX_QUERY_DEPTH) return fault(`a permission query is at most ${MAX_QUERY_DEPTH} deep`);
  if (typeof value === 'string') return isPermission(value) ? null : fault('a permission is "resource:action"; the action may be "*"');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fault(SHAPE);
  const [entry, ...others] = Object.entries<unknown>({ ...value });
  if (entry === undefined || others.length > 0) return fault(SHAPE);
  const [operator, operand] = entry;
  if (operator === 'not') return findFault(operand, [...path, operator]);
  if (operator !== 'and' && operator !== 'or') return fault(SHAPE);
  if (!Array.isArray(operand) || operand.length === 0) return fault(`"${operator}" takes a list of at least one query`);
  for (const [index, part] of operand.entries()) {
    const found = findFault(part, [...path, operator, index]);
    if (found !== null) return found;
  }
  return null;
};

const SHAPE = 'a permission query is a permission, or an object with exactly one of "and", "or" and "not"';
