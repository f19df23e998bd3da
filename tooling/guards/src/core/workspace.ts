import type { ModuleFacts } from './module-facts.ts';
import type { Resolution } from './resolver.ts';
import type { Symbols } from './symbols.ts';

/** A tree that was read: what guards judge. */
export interface Workspace {
  readonly root: string;
  /** The files that were read, from the root, sorted. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** SHA-256 of the text, hex. */
  digest(path: string): string;
  module(path: string): ModuleFacts;
  resolve(from: string, specifier: string): Resolution;
  readonly symbols: Symbols;
  /** The text of a file, and its tree: for guards that must look again. Prefer facts. */
  text(path: string): string;
}
