import { PLATFORM } from '@hoc/l7-models/platform';
import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { InstallationReader } from '../../src/account/installation.driver.ts';
import { TokenDigestWriter } from '../../src/account/token-digests.driver.ts';
import { KeyDigestWriter } from '../../src/api-keys/key-digests.driver.ts';
import type { MovedDigest } from '../../src/database/moved-digest.ts';
import { inOwnTransaction } from '../../src/database/own-transaction.ts';
import { AT, after, keyRow, tokenRow } from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';

describe.each(BACKENDS)('digests on %s', (backend) => {
  let testDatabase: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(backend);
    store = storeOf(testDatabase.database);
    for (const n of [1, 2]) await makeTenant(store, n);
  });
  afterAll(() => testDatabase.close());
  beforeEach(async () => {
    await testDatabase.asOwner('delete from api_keys');
    await testDatabase.asOwner('delete from access_tokens');
    for (const n of [1, 2]) {
      await write(store, `tnt_${n}`, async ({ keys }) => {
        for (const k of [1, 2]) await keys.insert(keyRow(`tnt_${n}`, n * 10 + k, { digest: `old-${n}${k}`, pepperId: 'p1' }));
      });
    }
    await write(store, PLATFORM, ({ accessTokens }) => accessTokens.insert({ ...tokenRow(1), digest: 'old-token', pepperId: 'p1' }));
  });

  const key = (n: number, k: number): string => keyRow(`tnt_${n}`, n * 10 + k).id;
  const moving = (n: number, k: number, but: Partial<MovedDigest> = {}): MovedDigest => ({
    id: key(n, k), from: { digest: `old-${n}${k}`, pepperId: 'p1' }, to: { digest: `new-${n}${k}`, pepperId: 'p2' }, ...but,
  });
  const moveKeys = (tenantId: string, moved: readonly MovedDigest[]): Promise<readonly string[]> => inOwnTransaction(testDatabase.database, tenantId, (sql) => new KeyDigestWriter(sql).move(moved));
  const moveTokens = (tenantId: string, moved: readonly MovedDigest[]): Promise<readonly string[]> => inOwnTransaction(testDatabase.database, tenantId, (sql) => new TokenDigestWriter(sql).move(moved));
  const stored = (): Promise<{ id: string; digest: string; pepper: string }[]> => testDatabase.asOwner('select id, digest, pepper_id as pepper from api_keys order by id');

  test("a tenant's digests move where they are what was seen; another tenant's do not, whoever asks, nor does one that was seen otherwise", async () => {
    const before = await stored();
    expect(await moveKeys('tnt_1', [
      moving(2, 1), moving(1, 1, { from: { digest: 'guessed', pepperId: 'p1' } }), moving(1, 2, { from: { digest: 'old-12', pepperId: 'p0' } }),
    ])).toEqual([]);
    expect(await moveKeys(PLATFORM, [moving(1, 1)])).toEqual([]);
    expect(await stored()).toEqual(before);

    expect(await moveKeys('tnt_1', [moving(1, 1), moving(1, 2)])).toEqual(expect.arrayContaining([key(1, 1), key(1, 2)]));
    expect(await stored()).toEqual(before.map((row) => (row.digest.startsWith('old-1') ? { ...row, digest: row.digest.replace('old', 'new'), pepper: 'p2' } : row)));
    // Once more changes nothing: it was moved already.
    expect(await moveKeys('tnt_1', [moving(1, 1)])).toEqual([]);
  });

  test('what is revoked stays where it is', async () => {
    await testDatabase.asOwner(`update api_keys set status = 'REVOKED', counted = false, revoked_at = now(), revoked_by = '{}', revoked_reason = 'r' where id = $1`, [key(1, 1)]);
    await testDatabase.asOwner(`update access_tokens set revoked_at = now(), revoked_by = '{}'`);
    expect(await moveKeys('tnt_1', [moving(1, 1)])).toEqual([]);
    expect(await moveTokens(PLATFORM, [{ ...moving(1, 1), id: tokenRow(1).id, from: { digest: 'old-token', pepperId: 'p1' } }])).toEqual([]);
  });

  test("tokens of operators and services move for the platform, and for no tenant", async () => {
    const moved: MovedDigest = { id: tokenRow(1).id, from: { digest: 'old-token', pepperId: 'p1' }, to: { digest: 'new-token', pepperId: 'p2' } };
    expect(await moveTokens('tnt_1', [moved])).toEqual([]);
    expect(await moveTokens(PLATFORM, [moved])).toEqual([moved.id]);
    expect(await testDatabase.asOwner('select digest, pepper_id as pepper from access_tokens')).toEqual([{ digest: 'new-token', pepper: 'p2' }]);
  });

  test('a census counts what is in use under each pepper, over all tenants, and nothing that has ended', async () => {
    await moveKeys('tnt_1', [moving(1, 1)]);
    await testDatabase.asOwner('update api_keys set expires_at = $1 where id = $2', [after(60), key(1, 2)]);
    await testDatabase.asOwner(`update api_keys set status = 'REVOKED', counted = false, revoked_at = now(), revoked_by = '{}', revoked_reason = 'r' where id = $1`, [key(2, 2)]);
    const census = (now: Date): Promise<unknown> => inOwnTransaction(testDatabase.database, PLATFORM, (sql) => new InstallationReader(sql).pepperCensus(now));
    expect(await census(AT)).toEqual([{ pepperId: 'p1', keys: 2, tokens: 1 }, { pepperId: 'p2', keys: 1, tokens: 0 }]);
    expect(await census(after(60))).toEqual([{ pepperId: 'p1', keys: 1, tokens: 1 }, { pepperId: 'p2', keys: 1, tokens: 0 }]);
  });
});
