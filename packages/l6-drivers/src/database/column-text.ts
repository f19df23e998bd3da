import { parsers } from './parsers.ts';

const { 1009: textArray, 1184: instant } = parsers();

const NONE: readonly string[] = Object.freeze([]);
const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});

/** What the text of a `text[]` says. Frozen, as whoever asked for the same row gets the same list. */
export function listOf(text: string): readonly string[] {
  if (text === '{}') return NONE;
  // Nothing is quoted, escaped, nested or NULL: the elements are as they stand.
  if (!SYNTAX.test(text)) return Object.freeze(text.slice(1, -1).split(','));
  return Object.freeze(textArray?.(text) as string[]); // that parser's answer
}

const SYNTAX = /["\\]|^.+\{|NULL/i;

/** What the text of a `jsonb` says. */
export const jsonOf = (text: string): unknown => (text === '{}' ? NOTHING : (JSON.parse(text) as unknown));

/** What the text of a `timestamptz` says. */
export const instantOf = (text: string): Date => instant?.(text) as Date; // that parser's answer
