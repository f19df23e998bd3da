import { randomBytes } from 'node:crypto';
import { keyringLine, parseKeyring, type PepperRing } from '@hoc/l5-engines/keyring';

/** Peppers of one installation, by their ids. */
export class Peppers {
  readonly #lines = new Map<string, string>();

  /** A file with these, in this order: the last is current. The same id is the same pepper. */
  ring(...ids: readonly string[]): PepperRing {
    const parsed = parseKeyring('pepper', ids.map((id) => this.#line(id)).join(''));
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.ring;
  }

  #line(id: string): string {
    const known = this.#lines.get(id) ?? keyringLine(id, randomBytes(32)).reveal();
    this.#lines.set(id, known);
    return known;
  }
}
