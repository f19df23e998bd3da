import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCacheFile, writeCacheFile } from './cache-file.ts';

/** What is costly to find out again, kept under all that it depends on. */
export interface Results {
  /** Whether anything was ever kept under that name: without it there is no use in waiting for the key. */
  has(name: string): boolean;
  /** @param key digest of everything that the value depends on */
  get(name: string, key: string): unknown;
  set(name: string, key: string, value: unknown): void;
}

/** Keeps one value per name in a folder. */
export const resultFiles = (folder: string): Results => ({
  has: (name) => existsSync(join(folder, `${name}.json`)),
  get: (name, key) => readCacheFile(join(folder, `${name}.json`), key),
  set: (name, key, value) => writeCacheFile(join(folder, `${name}.json`), key, value),
});

/** Keeps nothing. */
export const noResults: Results = { has: () => false, get: () => undefined, set: () => {} };
