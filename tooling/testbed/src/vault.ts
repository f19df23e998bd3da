import { randomBytes } from 'node:crypto';
import { keyringLine, parseKeyring, type Keyring, type KeyringPurpose } from '@hoc/l5-engines/keyring';
import type { Vault } from '@hoc/l5-engines/scope';

/** Fresh keys of one test installation; nothing that stands in a file. */
export const testVault = (): Vault => ({ keks: ring('kek'), peppers: ring('pepper'), randomBytes: (length) => randomBytes(length) });

function ring<Purpose extends KeyringPurpose>(purpose: Purpose): Keyring<Purpose> {
  const parsed = parseKeyring(purpose, keyringLine(`${purpose}-test`, randomBytes(32)).reveal());
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ring;
}
