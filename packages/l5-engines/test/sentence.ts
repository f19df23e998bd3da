import { expect } from 'vitest';

/** Any text. Vitest's own matchers are of type `any`. */
export const aSentence: unknown = expect.any(String);

/** Any text that says this. */
export const saying = (part: string): unknown => expect.stringContaining(part);
