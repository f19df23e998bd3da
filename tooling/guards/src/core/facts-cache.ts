import type { ModuleFacts } from './module-facts.ts';

/** What was read of one file: the same for the same text. Plain data. */
export interface FileFacts {
  readonly module: ModuleFacts;
  /** By the name of the guard that collected it. */
  readonly collected: Readonly<Record<string, unknown>>;
}

/** What earlier runs have read. */
export interface FactsCache {
  get(path: string, digest: string): FileFacts | undefined;
  set(path: string, digest: string, facts: FileFacts): void;
}

/** Remembers nothing. */
export const noCache: FactsCache = { get: () => undefined, set: () => {} };

/** Remembers all for as long as it is there: many small trees that have files in common are read once. */
export function rememberAll(): FactsCache {
  const known = new Map<string, FileFacts>();
  const key = (path: string, digest: string): string => `${path}\0${digest}`;
  return { get: (path, digest) => known.get(key(path, digest)), set: (path, digest, facts) => void known.set(key(path, digest), facts) };
}
