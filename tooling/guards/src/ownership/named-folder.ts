/** A folder that is there once for each of something: `packages/engines/src/{domain}/`. */
export interface NamedFolder {
  /** The name of the folder that a file lies in; undefined where it lies in none of them. */
  nameFor(path: string): string | undefined;
}

/** Reads a pattern with one `{…}` in it, for a folder's name. @throws where there is none, or more */
export function namedFolder(pattern: string): NamedFolder {
  const [before, after, ...others] = pattern.split(/\{[a-z]+\}/);
  if (before === undefined || after === undefined || others.length > 0) throw new Error(`'${pattern}' must hold one {name} in the place of a folder's name, such as packages/engines/src/{domain}/`);
  const matches = new RegExp(`^${literal(before)}([^/]+)${literal(after)}${after.endsWith('/') ? '.' : '$'}`);
  return { nameFor: (path) => matches.exec(path)?.[1] };
}

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
