import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../refusal.ts';

export interface PublicKeys {
  /** The keys that count, by key id. */
  readonly keys: ReadonlyMap<string, KeyObject>;
  /** Keys that counted once, by key id: they are good for what was logged before they were retired, and sign nothing new. */
  readonly retired: ReadonlyMap<string, RetiredKey>;
  /** Files of the folder that are no public Ed25519 key, with what they are. */
  readonly faults: readonly { readonly file: string; readonly what: string }[];
}

export interface RetiredKey {
  /** From the keys folder. */
  readonly file: string;
  readonly key: KeyObject;
}

/** The id of a key: SHA-256 (hex) of its public half as SubjectPublicKeyInfo in DER. */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex');

/** Reads every `*.pem` of a folder, and of `retired` in it; a folder that is not there has none. */
export function readPublicKeys(folder: string): PublicKeys {
  const [live, past] = [readFolder(folder, ''), readFolder(folder, RETIRED)];
  const both = [...past.keys].filter(([id]) => live.keys.has(id)).map(([, { file }]) => ({ file, what: 'is among the keys that count, too. Let it be either there or here' }));
  return {
    keys: new Map([...live.keys].map(([id, { key }]) => [id, key])),
    retired: new Map([...past.keys].filter(([id]) => !live.keys.has(id))),
    faults: [...live.faults, ...past.faults, ...both],
  };
}

const RETIRED = 'retired/';

function readFolder(folder: string, under: string): { readonly keys: ReadonlyMap<string, RetiredKey>; readonly faults: PublicKeys['faults'] } {
  const keys = new Map<string, RetiredKey>();
  const faults: { file: string; what: string }[] = [];
  const files = existsSync(join(folder, under)) ? readdirSync(join(folder, under)).filter((name) => name.endsWith('.pem')).toSorted() : [];
  for (const file of files.map((name) => `${under}${name}`)) {
    const text = readFileSync(join(folder, file), 'utf8');
    // node:crypto makes a public key of a private one, without a word.
    if (text.includes('PRIVATE KEY')) {
      faults.push({ file, what: 'is a private key. It must not be here: replace it by its public half, and use it no more' });
      continue;
    }
    try {
      const key = createPublicKey(text);
      if (key.asymmetricKeyType === 'ed25519') keys.set(keyIdOf(key), { file, key });
      else faults.push({ file, what: `is a key of type ${key.asymmetricKeyType ?? 'unknown'}, not ed25519` });
    } catch {
      faults.push({ file, what: 'is no public key in PEM' });
    }
  }
  return { keys, faults };
}

/**
 * The key to sign with, where the variable names a file; null where it is not set. Neither the file's text nor what a parser says of it
 * is ever part of a message.
 * @throws Refusal where it names something else than an Ed25519 private key
 */
export function readSigningKey(variable: string, env: NodeJS.ProcessEnv): KeyObject | null {
  const file = env[variable];
  if (file === undefined || file === '') return null;
  const refusal = (what: string): Refusal =>
    new Refusal(`${variable} names ${what}.`, `Let it name a PEM file with an Ed25519 private key (openssl genpkey -algorithm ed25519), or unset it.`, 2);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw refusal('a file that cannot be read');
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    throw refusal('a file that is no private key in PEM, or one under a passphrase');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw refusal('a key that is not Ed25519');
  return key;
}
