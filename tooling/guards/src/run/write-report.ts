import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CannotRunError } from './cannot-run.ts';

/**
 * Writes what an option of the command line asked for.
 * @param option by whose name it is told where it cannot be written
 * @throws {CannotRunError} where it cannot
 */
export function writeReport(option: string, path: string, text: string): void {
  const file = resolve(path);
  try {
    makeFolder(dirname(file));
    writeFileSync(file, text);
  } catch (error) {
    throw new CannotRunError(`${option} ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`, `Name a file in a folder that can be written as ${option}.`, { cause: error });
  }
}

/** Makes a folder with those above it, one after the other: Node's own way never ends where a file system takes no folder and says that it is not there. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}
