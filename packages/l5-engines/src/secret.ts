import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/**
 * A text that may be shown once, on purpose, and never by accident: templates, JSON, `util.inspect`, logs and error
 * messages print it as `[redacted]`. The text itself is reachable through {@link Secret.reveal} alone.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text. Call it where the secret leaves HOC (the answer that shows a token once, the operator's file) and nowhere else. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  static {
    // A method by this name, which isolated declarations cannot express for a computed name of another module.
    Object.defineProperty(Secret.prototype, inspect.custom, { value: (): string => REDACTED });
  }
}
