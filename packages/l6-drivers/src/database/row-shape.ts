import type { Parse } from './parsers.ts';

/** One column of a statement's rows: its name, and how its text becomes a value. */
export interface Column {
  readonly name: string;
  readonly parse: Parse;
}

/** What the rows of one statement are like. A statement without rows has no columns. */
export type RowShape = readonly Column[];

/** A row, from the texts of its columns. */
export function rowOf(shape: RowShape, texts: readonly (string | null)[]): object {
  const row: Record<string, unknown> = {};
  for (let at = 0; at < shape.length; at += 1) {
    const { name, parse } = shape[at] as Column; // within its length
    const text = texts[at];
    row[name] = text === null || text === undefined ? null : parse(text);
  }
  return row;
}
