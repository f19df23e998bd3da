import { describe, expect, test } from 'vitest';
import { NOW } from '../test/key.ts';
import { ringOf, vault } from '../test/vault.ts';
import { encrypt } from './gcm.ts';
import { newDataKey, rewrapDataKey, unwrapDataKey } from './data-key.ts';

const newRow = (): ReturnType<typeof newDataKey> => newDataKey({ id: 'dek_1', tenantId: 'tnt_1', now: NOW }, vault);
const ALTERED = { ok: false, problem: 'the wrapped data key does not belong to this tenant, or was altered' };
const WRONG_LENGTH = { ok: false, problem: 'the wrapped data key has a wrong length' };

describe('a data key', () => {
  test('is wrapped by the current key-encryption key, and unwraps to 32 bytes', () => {
    const row = newRow();
    expect(row).toMatchObject({ id: 'dek_1', tenantId: 'tnt_1', kekId: 'k2', createdAt: NOW });
    const unwrapped = unwrapDataKey(row, vault.keks);
    expect(unwrapped).toMatchObject({ ok: true });
    if (unwrapped.ok) expect(unwrapped.key.symmetricKeySize).toBe(32);
  });

  test('unwraps to the bytes that were drawn for it, which the row does not show', () => {
    const drawn: Uint8Array[] = [];
    const noted = newDataKey({ id: 'dek_1', tenantId: 'tnt_1', now: NOW }, {
      keks: vault.keks,
      randomBytes: (length) => {
        const bytes = vault.randomBytes(length);
        drawn.push(bytes);
        return bytes;
      },
    });
    const key = drawn.find(({ length }) => length === 32) ?? new Uint8Array();
    const unwrapped = unwrapDataKey(noted, vault.keks);
    expect(unwrapped.ok && unwrapped.key.export().equals(key)).toBe(true);
    expect(Buffer.from(noted.wrapped, 'base64url').includes(Buffer.from(key))).toBe(false);
  });

  test('never has the same nonce or key as another', () => {
    const wraps = Array.from({ length: 100 }, () => newDataKey({ id: 'dek_1', tenantId: 'tnt_1', now: NOW }, vault).wrapped);
    expect(new Set(wraps.map((wrapped) => wrapped.slice(0, 16))).size).toBe(100);
  });
});

describe('does not unwrap', () => {
  test('for another tenant', () => {
    expect(unwrapDataKey({ ...newRow(), tenantId: 'tnt_2' }, vault.keks)).toEqual(ALTERED);
  });

  test('with any byte changed', () => {
    const row = newRow();
    const bytes = Buffer.from(row.wrapped, 'base64url');
    for (const place of bytes.keys()) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(place) ^ 1, place);
      expect(unwrapDataKey({ ...row, wrapped: altered.toString('base64url') }, vault.keks)).toEqual(ALTERED);
    }
  });

  test('cut short, drawn out, or empty', () => {
    const row = newRow();
    for (const wrapped of [row.wrapped.slice(0, -4), `${row.wrapped}AAAA`, '']) expect(unwrapDataKey({ ...row, wrapped }, vault.keks)).toEqual(ALTERED);
  });

  test.each([31, 33])('where what was wrapped has %i bytes, which no data key has', (bytes) => {
    const wrapped = encrypt(vault.keks.current.key, new Uint8Array(bytes), 'tnt_1', vault.randomBytes);
    expect(unwrapDataKey({ ...newRow(), wrapped }, vault.keks)).toEqual(WRONG_LENGTH);
  });

  test('with another key-encryption key, or without the one it names', () => {
    const row = newRow();
    expect(unwrapDataKey({ ...row, kekId: 'k1' }, vault.keks)).toEqual(ALTERED);
    expect(unwrapDataKey(row, ringOf('kek', ['k1']))).toEqual({ ok: false, problem: 'the kek file lacks the key "k2"' });
  });
});

describe('wrapped again', () => {
  const old = newDataKey({ id: 'dek_1', tenantId: 'tnt_1', now: NOW }, { keks: ringOf('kek', ['k1']), randomBytes: vault.randomBytes });
  const keyOf = (wrapped: typeof old): Buffer => {
    const unwrapped = unwrapDataKey(wrapped, vault.keks);
    if (!unwrapped.ok) throw new Error(unwrapped.problem);
    return unwrapped.key.export();
  };

  test('it is the same data key, under the current key-encryption key', () => {
    const again = rewrapDataKey(old, vault);
    if (!again.ok) throw new Error(again.problem);
    expect(again.wrapped.kekId).toBe('k2');
    expect(again.wrapped.wrapped).not.toBe(old.wrapped);
    expect(keyOf({ ...old, ...again.wrapped }).equals(keyOf(old))).toBe(true);
  });

  test('it needs the old key-encryption key no more', () => {
    const again = rewrapDataKey(old, vault);
    const onlyNew = { ...vault.keks, keys: [vault.keks.current] };
    expect(unwrapDataKey(old, onlyNew).ok).toBe(false);
    expect(again.ok && unwrapDataKey({ ...old, ...again.wrapped }, onlyNew).ok).toBe(true);
  });

  test('it stays bound to its tenant', () => {
    const again = rewrapDataKey(old, vault);
    expect(again.ok && unwrapDataKey({ ...old, ...again.wrapped, tenantId: 'tnt_2' }, vault.keks).ok).toBe(false);
  });

  test('a row that cannot be unwrapped is not wrapped again', () => {
    expect(rewrapDataKey({ ...old, tenantId: 'tnt_2' }, vault)).toMatchObject({ ok: false });
    expect(rewrapDataKey({ ...old, kekId: 'k9' }, vault)).toEqual({ ok: false, problem: 'the kek file lacks the key "k9"' });
  });
});
