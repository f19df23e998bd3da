import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { keyringLine, parseKeyring, type Keyring, type KeyringPurpose } from '@hoc/l5-engines/keyring';
import type { KeyFile } from './config.ts';
import { makePrivateFile } from './private-file.ts';
import { StartupProblem } from './startup-problem.ts';
import { codeOf, reasonOf } from './system-error.ts';

/**
 * Reads a key file. The embedded default makes its own on the first start; `isFresh` false means that data exists
 * which needs the old file, and then a missing one stops the boot.
 */
export async function loadKeyring<Purpose extends KeyringPurpose>(purpose: Purpose, file: KeyFile, isFresh: boolean): Promise<Keyring<Purpose>> {
  const text = await readFile(file.path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw new StartupProblem(`The ${purpose} file ${file.path} cannot be read: ${reasonOf(error)}.`);
  });
  if (text !== null) return parsed(purpose, file, text);
  if (!file.mayCreate) throw new StartupProblem(`The ${purpose} file ${file.path} does not exist.`);
  if (!isFresh) {
    throw new StartupProblem(`The ${purpose} file ${file.path} is missing, but the database beside it was made with one. Put it back; a new one would make every key fail.`);
  }
  await makePrivateFile(file.path, keyringLine(`${purpose}1`, randomBytes(32)).reveal());
  return parsed(purpose, file, await readFile(file.path, 'utf8'));
}

function parsed<Purpose extends KeyringPurpose>(purpose: Purpose, file: KeyFile, text: string): Keyring<Purpose> {
  const keyring = parseKeyring(purpose, text);
  if (!keyring.ok) throw new StartupProblem(`The ${purpose} file ${file.path} cannot be used: ${keyring.problem}.`);
  return keyring.ring;
}
