import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** The RFC 8785 canonical JSON of a value. Throws on what JSON cannot say. */
export function canonicalJson(value: unknown): string {
  const canonical = canonicalize(value);
  if (canonical === undefined) throw new TypeError('the value has no canonical JSON form');
  return canonical;
}

/** SHA-256, in hex, of the canonical JSON of a value. */
export const canonicalHash = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex');
