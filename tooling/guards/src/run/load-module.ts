import { pathToFileURL } from 'node:url';

/**
 * Loads a module that the user names: a configuration, in TypeScript where Node strips types, or in JavaScript.
 * The only place where a name that is not written down is imported; what it loads is in no one's source.
 * @param path absolute
 * @returns its default export; a CommonJS module's `module.exports`
 */
export async function loadModule(path: string): Promise<unknown> {
  // A namespace object has no narrower type.
  const loaded = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  return loaded.default;
}
