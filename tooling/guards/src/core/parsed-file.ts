import { analyze, type ScopeManager } from '@typescript-eslint/scope-manager';
import { parseSync, type Program } from 'oxc-parser';
import type { Place } from './finding.ts';
import { moduleFactsOf, type ModuleFacts } from './module-facts.ts';

/** One file, read: its syntax tree (TS-ESTree, parentheses left out), who is who in it, and its imports and exports. */
export interface ParsedFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly module: ModuleFacts;
  /** Scopes, variables and references. Computed when first asked for. */
  readonly scopes: ScopeManager;
  /** Where an offset, or the start of a node, is. */
  at(place: number | { readonly start: number }): Place;
}

/** A file that cannot be read as JavaScript or TypeScript. */
export class UnparsableFileError extends Error {
  override readonly name = 'UnparsableFileError';
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/** Parses a file. @throws {UnparsableFileError} where its text is not what its extension says */
export function parseFile(path: string, text: string): ParsedFile {
  const { program, errors } = parseSync(path, text, { preserveParens: false, range: true, astType: 'ts' });
  const at = placesIn(text);
  const [fault] = errors;
  if (fault !== undefined) throw new UnparsableFileError(fault.message, at(fault.labels[0]?.start ?? 0));
  let scopes: ScopeManager | undefined;
  return {
    path, text, program, at,
    module: moduleFactsOf(program, at),
    get scopes() {
      // The tree is TS-ESTree as oxc writes it, which differs from typescript-eslint's types in names alone.
      scopes ??= analyze(program as unknown as Parameters<typeof analyze>[0], { sourceType: 'module' });
      return scopes;
    },
  };
}

/** Finds the place of an offset by halving the starts of lines. */
function placesIn(text: string): ParsedFile['at'] {
  const starts = [0];
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) starts.push(index + 1);
  return (place) => {
    const offset = typeof place === 'number' ? place : place.start;
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
