import picomatch from 'picomatch';

/** Whether a path matches one of some globs. */
export type Matches = (path: string) => boolean;

/** Matches paths from the root against globs; none matches nothing. */
export function matching(globs: readonly string[]): Matches {
  if (globs.length === 0) return () => false;
  const matches = picomatch([...globs], { dot: true });
  return (path) => matches(path);
}
