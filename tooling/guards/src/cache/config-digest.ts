import { digestOf } from './digest.ts';

/** Stands for what a configuration says: its values, with functions and patterns as they are written. */
export const configDigest = (value: unknown): string =>
  digestOf([
    JSON.stringify(value, (_key, entry: unknown) => (typeof entry === 'function' || entry instanceof RegExp ? `${typeof entry} ${String(entry)}` : entry)) ?? 'undefined',
  ]);
