/** What a cache needs of the reader below it. */
export interface LocatorResolver {
  resolve(locator: string): Promise<string | null>;
}

/**
 * Locators answered from memory. A locator leads to one tenant for ever, so what was found is never asked again; what was not
 * found is, for a tenant may claim it at any time. Bounded: the one that was used longest ago is forgotten first.
 */
export class LocatorCache implements LocatorResolver {
  readonly #below: LocatorResolver;
  readonly #maxEntries: number;
  readonly #tenants = new Map<string, string>();

  constructor(below: LocatorResolver, maxEntries: number = 100_000) {
    this.#below = below;
    this.#maxEntries = maxEntries;
  }

  async resolve(locator: string): Promise<string | null> {
    const known = this.#tenants.get(locator);
    const tenantId = known ?? (await this.#below.resolve(locator));
    if (tenantId === null) return null;
    if (known !== undefined) this.#tenants.delete(locator);
    this.#tenants.set(locator, tenantId);
    for (const [oldest] of this.#tenants) {
      if (this.#tenants.size <= this.#maxEntries) break;
      this.#tenants.delete(oldest);
    }
    return tenantId;
  }
}
