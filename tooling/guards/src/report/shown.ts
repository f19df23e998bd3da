/**
 * A text for a terminal, in which nothing moves the cursor, begins a line or is taken for a command by who reads the lines (GitHub Actions obeys
 * those that begin with `::`): control characters, separators of lines and what turns the direction of writing are shown by their numbers.
 */
export const shown = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
