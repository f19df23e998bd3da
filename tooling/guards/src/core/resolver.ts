import { isBuiltin } from 'node:module';
import { dirname, isAbsolute, join, posix, relative, sep } from 'node:path';
import { ResolverFactory } from 'oxc-resolver';

/** Where an import leads. */
export type Resolution =
  | { readonly kind: 'file'; readonly path: string }
  /** A package of others; `path` is what was asked for, as it was asked for. */
  | { readonly kind: 'package'; readonly name: string; readonly path: string }
  | { readonly kind: 'builtin'; readonly name: string }
  /** A file above the root, by a path that leads there: nobody's package, and not of the tree. */
  | { readonly kind: 'outside'; readonly path: string }
  | { readonly kind: 'unresolved'; readonly reason: string };

/** Finds what a file means by a specifier. Both paths are from the root, with forward slashes. */
export type Resolve = (from: string, specifier: string) => Resolution;

/** Resolves as Node and TypeScript do, on the disk. A package of the workspace resolves to its source. */
export function diskResolver(root: string): Resolve {
  const resolver = new ResolverFactory({
    conditionNames: ['import', 'node', 'types', 'default', 'require'],
    extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '.node', '.d.ts'],
    extensionAlias: { '.js': ['.js', '.ts', '.tsx'], '.mjs': ['.mjs', '.mts'], '.cjs': ['.cjs', '.cts'] },
    mainFields: ['module', 'main', 'types', 'typings'],
    // What a shell happens to have in NODE_PATH is found nowhere else.
    nodePath: false,
  });
  const known = new Map<string, Resolution>();
  return (from, specifier) => {
    const folder = dirname(join(root, from));
    const key = `${folder}\0${specifier}`;
    let found = known.get(key);
    if (found === undefined) {
      found = resolveOnDisk(resolver, root, folder, specifier);
      known.set(key, found);
    }
    return found;
  };
}

function resolveOnDisk(resolver: ResolverFactory, root: string, folder: string, specifier: string): Resolution {
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier.replace(/^node:/, '') };
  const { path, error } = resolver.sync(folder, specifier);
  if (path === undefined) {
    // What comes with types alone (`@types/…`, an entry `types` and no other) is there for the compiler.
    const types = isRelative(specifier) ? undefined : resolver.sync(folder, `@types/${specifier.replace(/^@([^/]+)\//, '$1__')}`).path;
    return types === undefined ? { kind: 'unresolved', reason: error ?? 'nothing is there' } : { kind: 'package', name: packageOf(specifier), path: specifier };
  }
  const place = relative(root, path).split(sep).join('/');
  const isInstalled = /(^|\/)node_modules\//.test(place);
  if (!isAbove(place) && !isInstalled) return { kind: 'file', path: place };
  if (!isInstalled && isRelative(specifier)) return { kind: 'outside', path: place };
  return { kind: 'package', name: isRelative(specifier) || specifier.startsWith('#') ? nameInStore(place) : packageOf(specifier), path: specifier };
}

/** Whether a path from the root leads out of it: upwards, or to another drive. */
const isAbove = (place: string): boolean => place === '..' || place.startsWith('../') || isAbsolute(place);

const isRelative = (specifier: string): boolean => /^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..';

/** The package that a bare specifier names. */
export const packageOf = (specifier: string): string => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

const nameInStore = (path: string): string => packageOf(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));

/**
 * Resolves within files in memory: relative paths, and the packages among them by the `name` and the file-by-file exports
 * (`./*` to `./src/*.ts`) or main source of their package.json. Whatever else is asked for is a package of others, or builtin.
 */
export function memoryResolver(files: Readonly<Record<string, string>>): Resolve {
  const packages = Object.entries(files).flatMap(([path, text]) => (path.endsWith('package.json') ? [{ folder: posix.dirname(path), name: nameIn(text) }] : []));
  const at = (path: string): Resolution => {
    if (isAbove(path)) return { kind: 'outside', path };
    const found = [path, `${path}.ts`, path.replace(/\.js$/, '.ts'), `${path}/index.ts`].find((candidate) => Object.hasOwn(files, candidate));
    return found === undefined ? { kind: 'unresolved', reason: `there is no ${path}` } : { kind: 'file', path: found };
  };
  return (from, specifier) => {
    if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier.replace(/^node:/, '') };
    if (isRelative(specifier)) return at(posix.join(posix.dirname(from), specifier));
    const owner = packages.find(({ name }) => name !== undefined && (specifier === name || specifier.startsWith(`${name}/`)));
    if (owner === undefined) return { kind: 'package', name: packageOf(specifier), path: specifier };
    const rest = specifier.slice((owner.name ?? '').length + 1);
    return at(posix.join(owner.folder, 'src', rest === '' ? 'index.ts' : rest));
  };
}

function nameIn(text: string): string | undefined {
  // A plant's own package.json: its name, if it has one, is a string.
  return (JSON.parse(text) as { readonly name?: string }).name;
}
