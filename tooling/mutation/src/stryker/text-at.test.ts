import { expect, test } from 'vitest';
import { textAt, type Span } from './text-at.ts';

const TEXT = 'const a = 1;\nif (a < 2) {\n  go();\n}\n';
const span = (startLine: number, startColumn: number, endLine: number, endColumn: number): Span => ({ start: { line: startLine, column: startColumn }, end: { line: endLine, column: endColumn } });

test.each([
  ['a part of one line', span(2, 5, 2, 10), 'a < 2'],
  ['a whole line', span(1, 1, 1, 13), 'const a = 1;'],
  ['several lines', span(2, 12, 4, 2), '{\n  go();\n}'],
])('%s', (_what, place, text) => {
  expect(textAt(TEXT, place)).toBe(text);
});
