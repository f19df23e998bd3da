import type { WriteScope } from '@hoc/l5-engines/scope';
import { describe, expect, test } from 'vitest';
import { admin, after, keyRow, NOW, operator, requestOf } from '../../../test/fixtures/rows.ts';
import type { KeyRow } from '../rows.ts';
import { grantor, keyUnderUpdateLock, liveKeyCount, projectOfKey } from './facts.ts';

/** A scope whose drivers write down, in order, what they are sent, and answer as told. */
function journaled(answers: Readonly<Record<string, unknown>>): { readonly scope: WriteScope; readonly sent: string[] } {
  const sent: string[] = [];
  const driver = (name: string): unknown =>
    new Proxy({}, {
      get: (_, method) => async (...args: readonly unknown[]) => {
        sent.push(`${name}.${String(method)} ${args.map((arg) => (arg instanceof Date ? 'now' : String(arg))).join(' ')}`);
        return answers[`${name}.${String(method)}`];
      },
    });
  // Only the drivers that these facts ask are there; asking another is a bug that shows as a TypeError.
  return { sent, scope: { counters: driver('counters'), keys: driver('keys'), projects: driver('projects') } as unknown as WriteScope };
}

describe('the count of live keys', () => {
  const asked = requestOf({ permissions: ['docs:read'] });

  test('below the plan it costs one statement', async () => {
    const { scope, sent } = journaled({ 'counters.lockWithCap': { value: 4, cap: 5 } });
    expect(await liveKeyCount.resolve(scope, asked)).toEqual({ kind: 'SERVICE', value: 4 });
    expect(sent).toEqual(['counters.lockWithCap tnt_1 LIVE_SERVICE_KEYS']);
  });

  test('at the plan, keys that have expired are settled under the same lock, and the count is what is left', async () => {
    const { scope, sent } = journaled({ 'counters.lockWithCap': { value: 5, cap: 5 }, 'keys.settleExpired': 2, 'counters.add': 3 });
    expect(await liveKeyCount.resolve(scope, asked)).toEqual({ kind: 'SERVICE', value: 3 });
    expect(sent).toEqual(['counters.lockWithCap tnt_1 LIVE_SERVICE_KEYS', 'keys.settleExpired tnt_1 SERVICE now', 'counters.add tnt_1 LIVE_SERVICE_KEYS -2']);
  });

  test('at the plan with nothing expired, the counter is not written', async () => {
    const { scope, sent } = journaled({ 'counters.lockWithCap': { value: 10, cap: 10 }, 'keys.settleExpired': 0 });
    expect(await liveKeyCount.resolve(scope, requestOf({ permissions: ['hoc:keys.read'] }))).toEqual({ kind: 'MANAGEMENT', value: 10 });
    expect(sent).toEqual(['counters.lockWithCap tnt_1 LIVE_MANAGEMENT_KEYS', 'keys.settleExpired tnt_1 MANAGEMENT now']);
  });
});

describe('the key under lock', () => {
  test('its tenant’s counters are locked before it, and all is sent before anything is awaited', () => {
    const { scope, sent } = journaled({});
    void keyUnderUpdateLock.resolve(scope, requestOf({ keyId: 'key_1' }));
    expect(sent).toEqual(['counters.lock tnt_1 LIVE_SERVICE_KEYS', 'counters.lock tnt_1 LIVE_MANAGEMENT_KEYS', 'keys.lockForUpdate tnt_1 key_1']);
  });

  test('an input that names no key asks nothing', async () => {
    const { scope, sent } = journaled({});
    expect(await keyUnderUpdateLock.resolve(scope, requestOf({}))).toBeNull();
    expect(sent).toEqual([]);
  });
});

describe('the project of a key', () => {
  test('of a new key it is the one that the input names; of a rotated one, the old key’s own', () => {
    const { scope, sent } = journaled({});
    void projectOfKey.resolve(scope, requestOf({ projectId: 'prj_1' }));
    void projectOfKey.resolve(scope, requestOf({ keyId: 'key_1' }));
    void projectOfKey.resolve(scope, requestOf({ projectId: null }));
    void projectOfKey.resolve(scope, requestOf({}));
    expect(sent).toEqual(['projects.lockForShare tnt_1 prj_1', 'projects.lockForShareOfKey tnt_1 key_1']);
  });
});

describe('the one who grants', () => {
  const asCus = (stored: KeyRow | null): Promise<unknown> => grantor.resolve(journaled({ 'keys.grantOf': stored }).scope, requestOf({}, { principal: admin }));
  const stored = keyRow({ id: 'key_admin', kind: 'MANAGEMENT', permissions: ['hoc:keys.read'], grantable: ['docs:read'] });

  test('a tenant’s key is what is stored of it now, not what it was when it authenticated', async () => {
    expect(await asCus(stored)).toEqual({ permissions: ['hoc:keys.read'], grantable: ['docs:read'] });
  });

  test.each([
    ['revoked', { ...stored, status: 'REVOKED' }], ['frozen', { ...stored, status: 'FROZEN' }], ['expired', { ...stored, expiresAt: NOW }], ['gone', null],
  ] as const)('a key that is %s meanwhile grants nothing', async (_, row) => {
    expect(await asCus(row)).toBeNull();
  });

  test('a key that expires later still grants', async () => {
    expect(await asCus({ ...stored, expiresAt: after(1) })).not.toBeNull();
  });

  test('an operator is an operator without being looked up; a service grants nothing', async () => {
    const { scope, sent } = journaled({});
    expect(await grantor.resolve(scope, requestOf({}, { principal: operator }))).toBe('OPERATOR');
    expect(await grantor.resolve(scope, requestOf({}, { principal: { ...operator, plane: 'int' } }))).toBeNull();
    expect(sent).toEqual([]);
  });
});
