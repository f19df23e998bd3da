import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Vault } from '@hoc/l5-engines/scope';
import { keyringLine, parseKeyring, type Keyring, type KeyringPurpose } from '@hoc/l5-engines/keyring';
import type { Config, KeyFile } from './config.ts';
import { makePrivateFile } from './private-file.ts';
import { StartupProblem } from './startup-problem.ts';
import { codeOf, reasonOf } from './system-error.ts';

/**
 * The texts of both key files. They are read once per start: all processes of a server have the same current key, also one that takes the
 * place of another after a file was changed. It is for the processes of one server alone, and never shown.
 */
export interface KeyTexts {
  readonly kek: string;
  readonly pepper: string;
}

/**
 * Reads the key files. The embedded default makes its own on the first start; `isFresh` false means that data exists
 * which needs the old ones, and then a missing one stops the boot.
 * @throws StartupProblem where one is missing, or cannot be read or used
 */
export async function readKeyFiles(config: Pick<Config, 'kekFile' | 'pepperFile'>, isFresh: boolean): Promise<KeyTexts> {
  return { kek: await textOf('kek', config.kekFile, isFresh), pepper: await textOf('pepper', config.pepperFile, isFresh) };
}

/** What the texts of the key files are good for. @throws StartupProblem where one cannot be used */
export const vaultOf = (config: Pick<Config, 'kekFile' | 'pepperFile'>, texts: KeyTexts): Vault => ({
  keks: parsed('kek', config.kekFile, texts.kek),
  peppers: parsed('pepper', config.pepperFile, texts.pepper),
  randomBytes: (length) => randomBytes(length),
});

async function textOf(purpose: KeyringPurpose, file: KeyFile, isFresh: boolean): Promise<string> {
  const text = await readFile(file.path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw new StartupProblem(`The ${purpose} file ${file.path} cannot be read: ${reasonOf(error)}.`);
  });
  if (text !== null) {
    parsed(purpose, file, text);
    return text;
  }
  if (!file.mayCreate) throw new StartupProblem(`The ${purpose} file ${file.path} does not exist.`);
  if (!isFresh) {
    throw new StartupProblem(`The ${purpose} file ${file.path} is missing, but the database beside it was made with one. Put it back; a new one would make every key fail.`);
  }
  await makePrivateFile(file.path, keyringLine(`${purpose}1`, randomBytes(32)).reveal());
  return readFile(file.path, 'utf8');
}

function parsed<Purpose extends KeyringPurpose>(purpose: Purpose, file: KeyFile, text: string): Keyring<Purpose> {
  const keyring = parseKeyring(purpose, text);
  if (!keyring.ok) throw new StartupProblem(`The ${purpose} file ${file.path} cannot be used: ${keyring.problem}.`);
  return keyring.ring;
}
