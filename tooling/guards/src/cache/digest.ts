import { hash } from 'node:crypto';

/** SHA-256, hex, of some parts and where each begins: no two different lists have the same. */
export const digestOf = (parts: readonly string[]): string => hash('sha256', JSON.stringify(parts));
