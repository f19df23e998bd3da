import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process has the data folder; the message names both. */
export class DataFolderLockedError extends Error {
  override readonly name = 'DataFolderLockedError';
}

export interface DataFolderLock {
  release(): void;
}

/**
 * Takes a data folder for this process alone, or throws. Two processes on one embedded database lose data without an error.
 * The lock is an exclusive transaction on a small SQLite file: the operating system lets go of it when the process ends,
 * also by `kill -9`. Who holds it stands beside it, for the message only.
 * @throws DataFolderLockedError where another process has it
 */
export function lockDataFolder(folder: string): DataFolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const holderFile = join(folder, 'lock-holder.json');
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'));
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked|busy/.test(error.message)) throw new DataFolderLockedError(sentence(folder, holderFile));
    throw error;
  }
  writeFileSync(holderFile, JSON.stringify({ pid: process.pid, startedAt: new Date().toISOString() }), { mode: 0o600 });
  return {
    release() {
      rmSync(holderFile, { force: true });
      lock.close();
    },
  };
}

function sentence(folder: string, holderFile: string): string {
  let holder = 'another process';
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(holderFile, 'utf8')) as { pid: unknown; startedAt: unknown }; // `as`: this file writes it
    holder = `process ${String(pid)}, which took it at ${String(startedAt)}`;
  } catch {
    // It is just starting or ending, and says nothing yet or any more.
  }
  return `The data folder ${folder} is in use by ${holder}. Stop that process, or give this one another folder.`;
}
