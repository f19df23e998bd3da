import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256, in hex, of the RFC 8785 canonical JSON of a value. Throws on what JSON cannot say. */
export function canonicalHash(value: unknown): string {
  const canonical = canonicalize(value);
  if (canonical === undefined) throw new TypeError('the value has no canonical JSON form');
  return hash('sha256', canonical, 'hex');
}
