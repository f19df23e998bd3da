/** Of FNV-1a with 32 bits, by Fowler, Noll and Vo. */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** So many bits are a number that V8 keeps in the pointer itself. */
const KEPT = 0x3fffffff;

/** Ids and digests differ at their ends. */
const LAST = 8;

/**
 * A number from 0 to 2^30 - 1 that equal texts share, and few others: to look by it where a map by text would make V8 keep one copy of each text that it is asked for.
 * It looks at the last eight characters. It is no secret and withstands nobody who chooses texts: whoever looks by it compares the texts then, and must stay right, and
 * as fast, where all numbers are one.
 */
export function textNumber(text: string): number {
  let number = OFFSET_BASIS;
  for (let at = Math.max(0, text.length - LAST); at < text.length; at += 1) number = Math.imul(number ^ text.charCodeAt(at), PRIME);
  return (number ^ (number >>> 15)) & KEPT;
}
