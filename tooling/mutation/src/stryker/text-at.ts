/** A place in a text, lines and columns from 1; the end is the first character that is no longer in it. */
export interface Span {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

/** What stands there. */
export function textAt(text: string, { start, end }: Span): string {
  const lines = text.split('\n').slice(start.line - 1, end.line);
  // The end first: where it is on the first line, cutting that would move it.
  const last = (lines.pop() ?? '').slice(0, end.column - 1);
  return [...lines, last].join('\n').slice(start.column - 1);
}
