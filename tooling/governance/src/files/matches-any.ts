import { posix } from 'node:path';

/** Whether a path matches any of some globs. A name that begins with a dot is a name like others: hidden is not absent. */
export const matchesAny = (path: string, globs: readonly string[]): boolean => globs.some((glob) => posix.matchesGlob(undotted(path), undotted(glob)));

// Node's matcher lets `*` pass over names that begin with a dot.
const undotted = (text: string): string => text.replaceAll(/(?<=^|\/)\.(?=[^./])/g, '\u2024');
