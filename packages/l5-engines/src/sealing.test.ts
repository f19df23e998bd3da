import { createSecretKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { seal, unseal } from './sealing.ts';
import { Secret } from './secret.ts';

const dataKey = createSecretKey(randomBytes(32));
const TEXT = 'sk-planted-secret-ü-日本';
const sealed = seal(dataKey, new Secret(TEXT), ['tnt_1', 'int_1'], randomBytes);

describe('what is sealed', () => {
  test('opens at its own place, as it was, and still prints as redacted', () => {
    const unsealed = unseal(dataKey, sealed, ['tnt_1', 'int_1']);
    expect(unsealed.ok && unsealed.plaintext.reveal()).toBe(TEXT);
    expect(inspect(unsealed)).not.toContain('planted');
  });

  test('shows nothing of the secret but its length: nonce of 96 bits, ciphertext, tag of 128 bits, in base64url', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(bytes).toHaveLength(12 + Buffer.byteLength(TEXT) + 16);
    expect(bytes.includes('planted')).toBe(false);
  });

  test('is another text each time', () => {
    const texts = Array.from({ length: 100 }, () => seal(dataKey, new Secret(TEXT), ['tnt_1', 'int_1'], randomBytes));
    expect(new Set(texts.map((text) => text.slice(0, 16))).size).toBe(100);
  });

  test('may be empty', () => {
    const unsealed = unseal(dataKey, seal(dataKey, new Secret(''), ['tnt_1', 'int_1'], randomBytes), ['tnt_1', 'int_1']);
    expect(unsealed.ok && unsealed.plaintext.reveal()).toBe('');
  });
});

describe('does not open', () => {
  test.each([
    ['for another tenant', ['tnt_2', 'int_1']],
    ['for another thing of the same tenant', ['tnt_1', 'int_2']],
    ['with tenant and thing exchanged', ['int_1', 'tnt_1']],
  ] as const)('%s', (_, place) => {
    expect(unseal(dataKey, sealed, place)).toMatchObject({ ok: false });
  });

  test('for two ids that read alike when they are joined', () => {
    const text = seal(dataKey, new Secret(TEXT), ['a', 'b,c'], randomBytes);
    for (const place of [['a,b', 'c'], ['a","b', 'c'], ['ab', ',c']] as const) expect(unseal(dataKey, text, place).ok).toBe(false);
  });

  test('under another key', () => {
    expect(unseal(createSecretKey(randomBytes(32)), sealed, ['tnt_1', 'int_1'])).toMatchObject({ ok: false });
  });

  test('with any byte changed, cut short at any length, or written otherwise', () => {
    const bytes = Buffer.from(sealed, 'base64url');
    for (const place of bytes.keys()) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(place) ^ 1, place);
      expect(unseal(dataKey, altered.toString('base64url'), ['tnt_1', 'int_1']).ok).toBe(false);
      expect(unseal(dataKey, bytes.subarray(0, place).toString('base64url'), ['tnt_1', 'int_1']).ok).toBe(false);
    }
    for (const text of ['', ' ', `${sealed} `, `${sealed}=`, bytes.toString('base64')]) {
      if (text !== sealed) expect(unseal(dataKey, text, ['tnt_1', 'int_1']).ok).toBe(false);
    }
  });

  test('and the problem repeats nothing of it', () => {
    const problem = unseal(dataKey, sealed, ['tnt_2', 'int_1']);
    expect(problem).toEqual({ ok: false, problem: 'what is sealed was made under another key or for another place, or was altered' });
  });
});
