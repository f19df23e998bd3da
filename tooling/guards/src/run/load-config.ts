import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CannotRunError } from './cannot-run.ts';
import { checkConfig } from './check-config.ts';
import type { GuardsConfig } from './config.ts';
import { loadModule } from './load-module.ts';

const NAMES = ['guards.config.ts', 'guards.config.mjs', 'guards.config.js'] as const;

/** A configuration, and where it comes from. */
export interface LoadedConfig {
  /** The folder that all paths are from. */
  readonly root: string;
  /** The file, from the root. */
  readonly path: string;
  readonly config: GuardsConfig;
}

/**
 * Finds and loads a configuration.
 * @param folder where to look for a `guards.config.ts`, `.mjs` or `.js`
 * @param named the file that the user named instead, from `folder`
 * @throws {CannotRunError} where there is none, or none that can be used
 */
export async function loadConfig(folder: string, named?: string): Promise<LoadedConfig> {
  const file = named === undefined ? NAMES.map((name) => join(folder, name)).find(existsSync) : resolve(folder, named);
  if (file === undefined) throw new CannotRunError(`there is no ${NAMES.join(', ')} here`, 'Run hoc-guard in the folder of the configuration, or name the file: --config <file>.');
  if (!existsSync(file)) throw new CannotRunError(`there is no ${named ?? file}`, 'Correct --config.');
  const path = basename(file);
  let loaded: unknown;
  try {
    loaded = await loadModule(file);
  } catch (error) {
    if (error instanceof CannotRunError) throw error;
    const isTypeScriptUnknown = error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
    throw new CannotRunError(
      `${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      isTypeScriptUnknown ? `Node ${process.version} does not read TypeScript: write guards.config.mjs, or use Node 22.18 or newer.` : 'Correct what the message names; `node` alone must be able to load the file.',
      { cause: error },
    );
  }
  return { root: dirname(file), path, config: checkConfig(loaded, path) };
}
