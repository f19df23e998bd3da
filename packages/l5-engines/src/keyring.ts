import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { Secret } from './secret.ts';

/** What the keys of a ring are for: wrapping tenants' data keys, or peppering the digests of tokens. */
export type KeyringPurpose = 'kek' | 'pepper';

/** One key of a ring. `KeyObject` prints no key material, and leaves memory only through an explicit `export()`. */
export interface RingKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The keys of one file. The purpose is part of the type, so that a pepper cannot stand where a KEK belongs. */
export interface Keyring<Purpose extends KeyringPurpose> {
  readonly purpose: Purpose;
  /** The key that new things are made with: the last line of the file. */
  readonly current: RingKey;
  /** All keys, the current one first, then by falling age of their lines. */
  readonly keys: readonly RingKey[];
}

export type KekRing = Keyring<'kek'>;
export type PepperRing = Keyring<'pepper'>;

/** Check values of a ring by key id, as the installation keeps them. They tell a wrong file and give away nothing of a key. */
export type CheckValues = Readonly<Record<string, string>>;

export type ParsedKeyring<Purpose extends KeyringPurpose> =
  | { readonly ok: true; readonly ring: Keyring<Purpose> }
  | { readonly ok: false; readonly problem: string };

export type ComparedCheckValues =
  /** `values` is what to keep from now on: the stored ones and those of keys that are new in the file. */
  | { readonly ok: true; readonly values: CheckValues; readonly isChanged: boolean }
  | { readonly ok: false; readonly problem: string };

const KEY_BYTES = 32;
const LINE = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63}) ([A-Za-z0-9_-]{43}=?)$/;

/**
 * Reads the text of a KEK or pepper file: one key per line, `<id> <32 bytes, base64url>`, the last is current; blank
 * lines are skipped. The problem is a sentence for the operator; it never repeats any part of a key.
 * @see docs/OPERATIONS.md, Key files
 */
export const parseKeyring = <Purpose extends KeyringPurpose>(purpose: Purpose, text: string): ParsedKeyring<Purpose> => {
  const keys: RingKey[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const at = `line ${index + 1} of the ${purpose} file`;
    const [, id, encoded] = LINE.exec(trimmed) ?? [];
    if (id === undefined || encoded === undefined) return problem(`${at} is not "<id> <32 bytes, base64url>"`);
    const bytes = Buffer.from(encoded, 'base64url');
    // 43 digits are 32 bytes and 2 bits: two spellings of one key would otherwise pass for two keys.
    if (bytes.toString('base64url') !== encoded.slice(0, 43)) {
      return problem(`${at} does not hold 32 bytes in base64url`);
    }
    const key = createSecretKey(bytes);
    for (const known of keys) {
      if (known.id === id) return problem(`${at} repeats the id "${id}"`);
      if (known.key.equals(key)) return problem(`${at} repeats the key of "${known.id}" under the id "${id}"`);
    }
    keys.unshift({ id, key });
  }
  const [current] = keys;
  return current === undefined ? problem(`the ${purpose} file holds no key`) : { ok: true, ring: { purpose, current, keys } };
};

/** The line of a key file for a new key. `bytes` are 32 random ones; the caller appends the line to the file (0600). */
export const keyringLine = (id: string, bytes: Uint8Array): Secret => {
  if (bytes.length !== KEY_BYTES) throw new RangeError(`a key has ${KEY_BYTES} bytes, not ${bytes.length}`);
  return new Secret(`${id} ${Buffer.from(bytes).toString('base64url')}\n`);
};

/** One check value per key: an HMAC of a fixed label, which differs by purpose. */
export const checkValues = (ring: Keyring<KeyringPurpose>): CheckValues =>
  Object.fromEntries(
    ring.keys.map(({ id, key }) => [id, createHmac('sha256', key).update(`hoc/${ring.purpose}/check/v1`).digest('base64url')]),
  );

/**
 * Holds a ring against the check values that the installation keeps (`null` on the first start).
 * INVARIANT: a key that the installation has ever known is in the file and is the same; else the boot stops, because
 * keys and credentials made with it would fail one by one.
 */
export const compareCheckValues = (ring: Keyring<KeyringPurpose>, stored: CheckValues | null): ComparedCheckValues => {
  const current = new Map(Object.entries(checkValues(ring)));
  const known = Object.entries(stored ?? {});
  for (const [id, value] of known) {
    const found = current.get(id);
    if (found === undefined) return problem(`the ${ring.purpose} file lacks the key "${id}", which this installation uses`);
    if (found !== value) return problem(`the key "${id}" of the ${ring.purpose} file is not the one that this installation uses`);
  }
  return { ok: true, values: Object.fromEntries(current), isChanged: current.size !== known.length };
};

const problem = (sentence: string): { readonly ok: false; readonly problem: string } => ({ ok: false, problem: sentence });
