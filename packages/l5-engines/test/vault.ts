import { randomBytes } from 'node:crypto';
import { keyringLine, parseKeyring, type Keyring, type KeyringPurpose } from '../src/keyring.ts';
import type { Vault } from '../src/scope.ts';

/** A ring of keys with these ids, each key made of its place in the list; the last is current. */
export function ringOf<Purpose extends KeyringPurpose>(purpose: Purpose, ids: readonly string[]): Keyring<Purpose> {
  const parsed = parseKeyring(purpose, ids.map((id, place) => keyringLine(id, new Uint8Array(32).fill(place + 1)).reveal()).join(''));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ring;
}

export const vault: Vault = { peppers: ringOf('pepper', ['p1', 'p2']), keks: ringOf('kek', ['k1', 'k2']), randomBytes };
