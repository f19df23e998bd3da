/** Permissions that manage HOC itself begin so; all others are of the operator's own API. */
const HOC_NAMESPACE = 'hoc:';

const NAME = '[A-Za-z0-9_][A-Za-z0-9_./-]{0,99}';
const GRAMMAR = new RegExp(`^${NAME}:(?:\\*|${NAME})$`);

/** Whether a text is `resource:action`, where the action may be `*`. The resource may not: nothing grants everything. */
export const isPermission = (text: string): boolean => GRAMMAR.test(text);

/** Whether a permission manages HOC itself. */
export const isManagementPermission = (permission: string): boolean => permission.startsWith(HOC_NAMESPACE);

/**
 * Stored permissions as they may be believed, or `null`: not a list, or a list with an entry that is no permission.
 * INVARIANT: unreadable permissions deny everything; they never count as `*`, nor as those of them that can be read.
 */
export const readPermissions = (stored: unknown): readonly string[] | null =>
  Array.isArray(stored) && stored.every((entry): entry is string => typeof entry === 'string' && isPermission(entry)) ? stored : null;
