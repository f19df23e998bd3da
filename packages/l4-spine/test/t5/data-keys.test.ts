import { randomBytes } from 'node:crypto';
import { unwrapDataKey } from '@hoc/l5-engines/data-key';
import { keyringLine, parseKeyring, type KekRing } from '@hoc/l5-engines/keyring';
import { seal, unseal } from '@hoc/l5-engines/sealing';
import { Secret } from '@hoc/l5-engines/secret';
import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { BACKENDS } from '@hoc/testbed/databases';
import { describe, expect, test } from 'vitest';
import { entriesOf } from './records.ts';
import { useStage, type Ask, type Registry, type Stage } from './stage.ts';

const LINES = ['old', 'new'].map((id) => [id, keyringLine(id, randomBytes(32)).reveal()] as const);

/** The key-encryption keys of these ids; the last is current. */
function keksOf(...ids: readonly string[]): KekRing {
  const parsed = parseKeyring('kek', LINES.filter(([id]) => ids.includes(id)).map(([, line]) => line).join(''));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ring;
}

interface StoredDataKey {
  readonly tenantId: string;
  readonly id: string;
  readonly wrapped: string;
  readonly kekId: string;
}

const rewrap = (stage: Stage, tenantId: string): Ask => stage.byOperator('account.write', 'rewrap_data_keys', {}, tenantId);

describe.each(BACKENDS)('key-encryption keys are exchanged, on %s', (backend) => {
  const stage = useStage(backend);

  /** A server with this key file on the stage's database. */
  const server = (keks: KekRing): Registry => stage().server({ vault: { ...stage().composed.vault, keks } });

  /** A tenant that this server has provisioned. */
  const tenantOf = async (registry: Registry): Promise<string> => {
    const { id } = await stage().tenant({ status: 'CREATING' });
    expectOk((await stage().ask(stage().byOperator('account.write', 'provision_tenant', {}, id), registry)).result);
    return id;
  };

  const dataKeysOf = (tenantId: string): Promise<StoredDataKey[]> =>
    stage().db.asOwner<StoredDataKey>('select tenant_id as "tenantId", id, wrapped, kek_id as "kekId" from tenant_data_keys where tenant_id = $1', [tenantId]);

  /** What the tenant's data key is under this key file; null where it cannot be had. */
  const keyUnder = async (tenantId: string, keks: KekRing): Promise<Buffer | null> => {
    const [row] = await dataKeysOf(tenantId);
    const unwrapped = row === undefined ? null : unwrapDataKey(row, keks);
    return unwrapped?.ok === true ? unwrapped.key.export() : null;
  };

  test('a data key is the same under the new one: what was sealed opens without the old one, and was not touched', async () => {
    const tenantId = await tenantOf(server(keksOf('old')));
    const [row] = await dataKeysOf(tenantId);
    const before = row === undefined ? null : unwrapDataKey(row, keksOf('old'));
    if (before?.ok !== true) throw new Error('the tenant has no data key');
    const sealed = seal(before.key, new Secret('planted'), [tenantId, 'int_1'], randomBytes);
    expect(await keyUnder(tenantId, keksOf('new'))).toBeNull();
    const { result, requestId } = await stage().ask(rewrap(stage(), tenantId), server(keksOf('old', 'new')));
    expect(expectOk(result)).toEqual({ rewrapped: 1, kekId: 'new' });
    const [again] = await dataKeysOf(tenantId);
    const after = again === undefined ? null : unwrapDataKey(again, keksOf('new'));
    if (after?.ok !== true) throw new Error('the data key is lost');
    expect(unseal(after.key, sealed, [tenantId, 'int_1'])).toEqual({ ok: true, plaintext: new Secret('planted') });
    expect((await entriesOf(stage().db, requestId)).map(({ outcome, subject }) => [outcome, subject])).toEqual([['COMMITTED', tenantId]]);
  });

  test('where every data key is under the current one, that is told without a write, and a write changes nothing', async () => {
    const now = server(keksOf('old', 'new'));
    const tenantId = await tenantOf(now);
    const before = await dataKeysOf(tenantId);
    expect(expectOk((await stage().ask(stage().byOperator('account.query', 'stale_data_keys', {}, tenantId), now)).result)).toEqual({ stale: 0 });
    expect(expectOk((await stage().ask(rewrap(stage(), tenantId), now)).result)).toEqual({ rewrapped: 0, kekId: 'new' });
    expect(await dataKeysOf(tenantId)).toEqual(before);
  });

  test.each(['SUSPENDED', 'TERMINATED', 'ARCHIVED'] as const)('a tenant that is %s is better off too', async (status) => {
    const tenantId = await tenantOf(server(keksOf('old')));
    await stage().plantStatus({ id: tenantId, admin: stage().operator }, status);
    expectOk((await stage().ask(rewrap(stage(), tenantId), server(keksOf('old', 'new')))).result);
    expect(await keyUnder(tenantId, keksOf('new'))).not.toBeNull();
  });

  test('a tenant that has no data key yet is refused, so that its audit chain begins with its provisioning; one that nobody has is not found', async () => {
    const { id } = await stage().tenant({ status: 'CREATING' });
    expect(expectDenied((await stage().ask(rewrap(stage(), id))).result)).toMatchObject({ code: 'NOT_PROVISIONED', status: 409 });
    expect(await stage().db.asOwner('select 1 from audit_heads where tenant_id = $1', [id])).toEqual([]);
    expect(expectDenied((await stage().ask(rewrap(stage(), 'tnt_00000000000000000000000000'))).result)).toMatchObject({ code: 'NOT_FOUND', status: 404 });
  });

  test('a data key that was altered, or whose key-encryption key the file lacks, is left as it is', async () => {
    const tenantId = await tenantOf(server(keksOf('old')));
    const before = await dataKeysOf(tenantId);
    expect(expectDenied((await stage().ask(rewrap(stage(), tenantId), server(keksOf('new')))).result)).toMatchObject({ code: 'INTERNAL' });
    expect(await dataKeysOf(tenantId)).toEqual(before);
    await stage().db.asOwner('update tenant_data_keys set wrapped = $2 where tenant_id = $1', [tenantId, 'A'.repeat(80)]);
    expect(expectDenied((await stage().ask(rewrap(stage(), tenantId), server(keksOf('old', 'new')))).result)).toMatchObject({ code: 'INTERNAL' });
    expect((await dataKeysOf(tenantId)).map(({ wrapped }) => wrapped)).toEqual(['A'.repeat(80)]);
  });

  test('it works while the installation is degraded', async () => {
    const tenantId = await tenantOf(server(keksOf('old')));
    const degrade = (isDegraded: boolean): Ask => stage().byOperator('governance.write', 'set_degraded', { isDegraded, reason: 'a proof' });
    await stage().do(degrade(true));
    const { result } = await stage().ask(rewrap(stage(), tenantId), server(keksOf('old', 'new')));
    await stage().do(degrade(false));
    expectOk(result);
  });

  test('under load, with a server that still has the old one: nothing is lost, and in the end the old one opens nothing', async () => {
    const [before, now] = [server(keksOf('old')), server(keksOf('old', 'new'))];
    const ids: string[] = [];
    for (let made = 0; made < 8; made += 1) ids.push(await tenantOf(before));
    const keys = new Map<string, Buffer | null>();
    for (const id of ids) keys.set(id, await keyUnder(id, keksOf('old')));
    // Two sweeps at once, beside writes of the same tenants, and new tenants of both servers.
    const sweep = async (): Promise<void> => {
      for (const id of ids) expectOk((await stage().ask(rewrap(stage(), id), now)).result);
    };
    const late = Promise.all([tenantOf(before), tenantOf(now), tenantOf(before)]);
    const writes = ids.map(async (id) => expectOk((await stage().ask(stage().byOperator('account.write', 'suspend_tenant', { reason: 'load' }, id), before)).result));
    await Promise.all([sweep(), sweep(), late, ...writes]);
    for (const id of await late) expectOk((await stage().ask(rewrap(stage(), id), now)).result);
    for (const id of ids) expect((await keyUnder(id, keksOf('new')))?.equals(keys.get(id) ?? Buffer.alloc(0))).toBe(true);
    for (const id of await late) expect(await keyUnder(id, keksOf('new'))).not.toBeNull();
    for (const id of [...ids, ...(await late)]) expect(await keyUnder(id, keksOf('old'))).toBeNull();
  });
});

describe.each(BACKENDS)('the ids of all tenants on %s', (backend) => {
  const stage = useStage(backend);

  test('are listed in their own order, page by page, each once', async () => {
    const made = [];
    for (const status of ['CREATING', 'ACTIVE', 'TERMINATED', 'ACTIVE'] as const) made.push((await stage().tenant({ status })).id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: string[]; nextCursor: string | null } = await stage().do(
        stage().byOperator('account.query', 'list_tenant_ids', { limit: 3, ...(cursor === null ? {} : { cursor }) }),
      );
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(made.toSorted());
  });
});
