import { BACKENDS } from '@hoc/testbed/databases';
import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { byAdmin, onKey, SERVICE_KEY, undoRotation, useStage, type Ask, type Cast } from './stage.ts';

const MINUTE_MS = 60_000;
const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
const createUntil = (tenant: Cast, expiresAt: string | null): Ask => byAdmin(tenant, 'api_keys.write', 'create', { ...SERVICE_KEY, expiresAt });

describe.each(BACKENDS)('requests that come late, on %s', (backend) => {
  const stage = useStage(backend);

  /** Keys up to the plan, the first of which expires; then a server whose clock is ahead makes another one in its place. */
  async function settled(): Promise<{ readonly tenant: Cast; readonly keyId: string }> {
    const tenant = await stage().tenant();
    const { key } = await stage().do<{ key: { id: string } }>(createUntil(tenant, at(MINUTE_MS)));
    for (let made = 1; made < 5; made += 1) await stage().do(createUntil(tenant, null));
    const ahead = stage().server({ clock: () => new Date(Date.now() + 2 * MINUTE_MS) });
    expectOk((await stage().ask(createUntil(tenant, null), ahead)).result);
    return { tenant, keyId: key.id };
  }

  /** By this server's clock. */
  async function liveServiceKeys({ id }: Cast): Promise<number> {
    const [row] = await stage().db.asOwner<{ count: number }>(
      `select count(*)::int as "count" from api_keys where tenant_id = $1 and kind = 'SERVICE' and status <> 'REVOKED' and (expires_at is null or expires_at > $2)
        and id <> all (select id from api_keys where tenant_id = $1 and not counted and expires_at <= $3)`,
      [id, new Date(), new Date(Date.now() + 2 * MINUTE_MS)],
    );
    return row?.count ?? 0;
  }

  test('a key whose place another one has taken since it expired is not brought back, by a request or a clock that is late', async () => {
    const { tenant, keyId } = await settled();
    const update = await stage().ask(byAdmin(tenant, 'api_keys.write', 'update', { keyId, version: 1, expiresAt: null }));
    const rotate = await stage().ask(byAdmin(tenant, 'api_keys.write', 'rotate', { keyId, overlapSeconds: 600 }));
    expect(await liveServiceKeys(tenant)).toBe(5);
    expect(expectDenied(update.result)).toMatchObject({ code: 'KEY_NOT_LIVE' });
    expect(expectDenied(rotate.result)).toMatchObject({ violations: [{ invariantId: 'BI-APIKEY-004' }] });
  });

  test('a key that was frozen after it had authenticated does not unfreeze itself, nor undo a rotation', async () => {
    const tenant = await stage().tenant();
    const other = await stage().key(tenant);
    const { key } = await stage().do<{ key: { id: string } }>(byAdmin(tenant, 'api_keys.write', 'rotate', { keyId: other.id, overlapSeconds: 600 }));
    await stage().do(onKey(tenant, 'freeze', tenant.admin.id));
    const unfreeze = await stage().ask(onKey(tenant, 'unfreeze', tenant.admin.id));
    const undo = await stage().ask(undoRotation(tenant, key.id));
    expect(expectDenied(unfreeze.result)).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect(expectDenied(undo.result)).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    const [stored] = await stage().db.asOwner<{ status: string }>('select status from api_keys where tenant_id = $1 and id = $2', [tenant.id, tenant.admin.id]);
    expect(stored?.status).toBe('FROZEN');
  });
});
