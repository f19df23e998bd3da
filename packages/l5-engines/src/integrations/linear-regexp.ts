import { RE2JS } from 're2js';

interface LinearRegExp {
  test(text: string): boolean;
  /** How many instructions the pattern came to; each may be done once for each character of a text. */
  readonly size: number;
}

/**
 * A pattern that one matches against another's texts, in a time that grows with the text and not faster: by RE2, which has no
 * look-around and no back references. Throws where the pattern is none, uses these, or is larger than RE2 allows.
 */
export const linearRegExp = (pattern: string): LinearRegExp => {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  return { test: (text) => compiled.test(text), size: compiled.programSize() };
};
