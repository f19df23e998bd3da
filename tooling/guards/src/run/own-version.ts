import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of the guards' own package. */
export function ownVersion(): string {
  const path = findPackageJSON(import.meta.url);
  // The package's own package.json.
  return path === undefined ? 'unknown' : (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version;
}
