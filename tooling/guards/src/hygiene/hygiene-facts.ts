import type { Place } from '../core/finding.ts';

/** Names, root first; `import:<specifier>` as a root is a module that was asked for in place. */
export type Chain = readonly [string, ...string[]];

/** What something is, as far as one file tells. */
export type Value =
  /** A number, a text, a list, an object, a function: something of JavaScript's own that nobody else has. */
  | { readonly is: 'plain' }
  /** `this`. */
  | { readonly is: 'self' }
  /** What a function was called with. */
  | { readonly is: 'given' }
  | { readonly is: 'named'; readonly of: Chain; readonly isGlobal: boolean }
  /** What a call answered; `calls` counts those that were made on the answer in turn. */
  | { readonly is: 'made'; readonly of: Chain; readonly isGlobal: boolean; readonly isNew: boolean; readonly calls: number }
  | { readonly is: 'unknown' };

/** Something that is called with. */
export interface Given {
  /** What functions do that are written down among the arguments. */
  readonly bodies: readonly Doing[];
  /** The names among the arguments. */
  readonly names: readonly { readonly of: Chain; readonly isGlobal: boolean }[];
}

/** One thing that happens when some code runs. */
export type Doing = Place & (
  | { readonly do: 'effect'; readonly what: string }
  | { readonly do: 'environment'; readonly what: string }
  | ({ readonly do: 'call'; readonly of: Chain; readonly isGlobal: boolean; readonly isNew: boolean; readonly calls: number } & Given)
  | ({ readonly do: 'method'; readonly on: Value; readonly name: string } & Given)
  /** A function of the file, by its key. */
  | { readonly do: 'own'; readonly key: string }
  /** A function that was given is called. */
  | { readonly do: 'call given' }
  /** Something at the top of a file, or of no file, is changed. */
  | { readonly do: 'change'; readonly of: Chain; readonly isGlobal: boolean }
  | { readonly do: 'change given' }
  | { readonly do: 'change self' }
);

/** What one file does, and what it hands on. Plain data. */
export interface HygieneFacts {
  /** What happens when it is imported. */
  readonly top: readonly Doing[];
  /** What its functions do, by key: `f`, `f()` (the function that f answers), `C` (new C), `C.m`, `C#m`, `object.m`. */
  readonly functions: Readonly<Record<string, readonly Doing[]>>;
  /** What its functions answer, by key. */
  readonly answers: Readonly<Record<string, Value>>;
  /** What the names at its top are. */
  readonly values: Readonly<Record<string, Value>>;
  /** The class that a class extends. */
  readonly bases: Readonly<Record<string, Chain>>;
  /** Where it first hands on a name, if it does nothing else. */
  readonly handsOn: Place | null;
  /** `export = …` and its like. */
  readonly exportAssignments: readonly Place[];
}
