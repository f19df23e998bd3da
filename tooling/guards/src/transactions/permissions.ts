import type { Finding } from '../core/finding.ts';
import { matching } from '../core/matching.ts';
import type { Allowance, Permitted } from './transactions-config.ts';

/** What files may do that others may not, and which of it they do. */
export class Permissions {
  readonly #granted: readonly { readonly path: string; readonly what: Permitted; readonly matches: (path: string) => boolean }[];
  readonly #used: Set<object> = new Set();

  constructor(allowed: readonly Allowance[]) {
    this.#granted = allowed.flatMap(({ path, may }) => may.map((what) => ({ path, what, matches: matching([path]) })));
  }

  /** Whether a file may do what it does: to be asked of what would be a finding otherwise, for the answer counts as a use. */
  may(path: string, what: Permitted): boolean {
    const found = this.#granted.find((grant) => grant.what === what && grant.matches(path));
    if (found !== undefined) this.#used.add(found);
    return found !== undefined;
  }

  /** What is granted and nobody needs, once all has been judged. @param config where the configuration is: a permission has no other place */
  unused(config: string): readonly Finding[] {
    return this.#granted.filter((grant) => !this.#used.has(grant)).map(({ path, what }) => ({
      rule: 'transactions/unused-permission', path: config, line: 1, column: 1,
      message: `${path} is allowed '${what}', and nothing there needs it, or an entry before it allows it already`,
    }));
  }
}
