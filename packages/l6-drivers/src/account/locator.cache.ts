/** What a cache needs of the reader below it. */
export interface LocatorResolver {
  resolve(locator: string): Promise<string | null>;
}

/**
 * Locators answered from memory. A locator leads to one tenant for ever, so what was found is never asked again; what was not
 * found is, for a tenant may claim it at any time. Bounded by two generations: what was used while the younger one filled up stays.
 */
export class LocatorCache {
  readonly #below: LocatorResolver;
  readonly #perGeneration: number;
  #younger = new Map<string, string>();
  #older = new Map<string, string>();

  constructor(below: LocatorResolver, maxEntries: number = 100_000) {
    this.#below = below;
    this.#perGeneration = Math.max(1, Math.floor(maxEntries / 2));
  }

  /** At once where the locator is known. */
  resolve(locator: string): Promise<string | null> | string | null {
    const known = this.#younger.get(locator);
    if (known !== undefined) return known;
    const older = this.#older.get(locator);
    if (older === undefined) return this.#ask(locator);
    this.#keep(locator, older);
    return older;
  }

  async #ask(locator: string): Promise<string | null> {
    const found = await this.#below.resolve(locator);
    if (found !== null) this.#keep(locator, found);
    return found;
  }

  #keep(locator: string, tenantId: string): void {
    if (this.#younger.size >= this.#perGeneration) {
      this.#older = this.#younger;
      this.#younger = new Map();
    }
    this.#younger.set(locator, tenantId);
  }
}
