import type { FactsCache, FileFacts } from '../core/facts-cache.ts';
import { readCacheFile, writeCacheFile } from './cache-file.ts';

interface Entry {
  readonly digest: string;
  readonly facts: FileFacts;
}

/** The facts of the files of a tree, kept between runs in one file. */
export class FactsFile implements FactsCache {
  readonly #path: string;
  readonly #key: string;
  readonly #known: ReadonlyMap<string, Entry>;
  readonly #used: Map<string, Entry> = new Map();
  #isChanged = false;

  /** @param key whatever the facts depend on beyond the text of the file */
  constructor(path: string, key: string) {
    this.#path = path;
    this.#key = key;
    // Written by `save`, under the same key.
    this.#known = new Map(Object.entries((readCacheFile(path, key) ?? {}) as Readonly<Record<string, Entry>>));
  }

  get(path: string, digest: string): FileFacts | undefined {
    const entry = this.#known.get(path);
    if (entry?.digest !== digest) return undefined;
    this.#used.set(path, entry);
    return entry.facts;
  }

  set(path: string, digest: string, facts: FileFacts): void {
    this.#used.set(path, { digest, facts });
    this.#isChanged = true;
  }

  /** Keeps what this run has met, and nothing else: files that are gone are forgotten. */
  save(): void {
    if (this.#isChanged || this.#used.size !== this.#known.size) writeCacheFile(this.#path, this.#key, Object.fromEntries(this.#used));
  }
}
