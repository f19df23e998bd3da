import { expect } from 'vitest';

/** An answer of the system, from which the model takes what only the system can choose. */
export class Answer {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  /** The text at this path, which must have this form. */
  text(form: RegExp, ...path: readonly string[]): string {
    let part: unknown = this.#value;
    for (const name of path) {
      if (typeof part !== 'object' || part === null || !(name in part)) throw new Error(`the answer has no ${path.join('.')}`);
      // Just seen to be a property of it.
      part = (part as Record<string, unknown>)[name];
    }
    expect(part, path.join('.')).toMatch(form);
    return String(part);
  }
}

const id = (prefix: string): RegExp => new RegExp(`^${prefix}_[0-9a-z]{26}$`);
export const ORGANIZATION_ID: RegExp = id('org');
export const TENANT_ID: RegExp = id('tnt');
export const PROJECT_ID: RegExp = id('prj');
export const KEY_ID: RegExp = id('key');
export const LOCATOR = /^[0-9A-Za-z]{5}$/;
/** The tenant's locator, and nine characters of the key's own. */
export const publicIdOf = (locator: string): RegExp => new RegExp(`^${locator}[0-9A-Za-z]{9}$`);
