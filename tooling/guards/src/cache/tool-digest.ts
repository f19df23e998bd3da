import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { join, resolve } from 'node:path';
import { digestOf } from './digest.ts';

/** The folder that holds `bin` and `src` of the guards: the package's, or its `dist`. */
const OWN = resolve(import.meta.dirname, '../..');
const PARSERS = ['oxc-parser', 'oxc-resolver', '@typescript-eslint/scope-manager', 'dependency-cruiser', 'picomatch', 'tinyglobby'] as const;

/** What the guards themselves are made of: their sources, and the versions of what they read with. A change makes every earlier answer void. */
export function toolDigest(): string {
  const sources = ['bin', 'src'].flatMap((folder) =>
    readdirSync(join(OWN, folder), { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])),
  );
  return digestOf([process.version, typescriptVersion(), ...PARSERS.map(versionOf), ...sources.sort().flatMap((path) => [path.slice(OWN.length), readFileSync(path, 'utf8')])]);
}

const versionOf = (name: string): string => `${name} ${versionIn(findPackageJSON(name, import.meta.url))}`;

/**
 * The version of the TypeScript that dependency-cruiser reads TypeScript with, or that there is none: it then reads nothing, and says nothing.
 * Whether it is there is asked anew in every run.
 */
function typescriptVersion(): string {
  const cruiser = findPackageJSON('dependency-cruiser', import.meta.url);
  if (cruiser === undefined) return 'typescript none';
  try {
    return `typescript ${versionIn(createRequire(cruiser).resolve('typescript/package.json'))}`;
  } catch {
    return 'typescript none';
  }
}

function versionIn(path: string | undefined): string {
  // A package.json that was installed.
  return path === undefined ? 'none' : (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version;
}
