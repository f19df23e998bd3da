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
