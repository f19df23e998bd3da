import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { UnderOldPepper } from '@hoc/l5-engines/redigest';
import type { HocRegistry } from '@hoc/server/compose';
import { Redigester, type RedigesterLimits } from '@hoc/server/peppers/redigester';
import { inOwnTransaction } from '@hoc/l6-drivers/database/own-transaction';
import { expectOk } from '@hoc/testbed/composed';
import { BACKENDS, type Backend } from '@hoc/testbed/databases';
import { startTestServer, type TestServer } from '@hoc/testbed/http';
import { testVault } from '@hoc/testbed/vault';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Client, expectStatus } from '../http/client.ts';
import { makeGateway, makeKey, makeTenant } from '../http/first-steps.ts';
import { Peppers } from './rings.ts';

const WITHIN = { timeout: 120_000 };
const MOVED_WITHIN = { timeout: 20_000, interval: 20 };

interface Stage {
  readonly server: TestServer;
  readonly peppers: Peppers;
  readonly admin: Client;
  readonly tenantId: string;
  readonly gatewayToken: string;
  /** A registry of another server: with these peppers, and its own redigester. */
  with(pepperIds: readonly string[], limits?: Partial<RedigesterLimits>): { readonly registry: HocRegistry; readonly told: UnderOldPepper[] };
  verify(registry: HocRegistry, token: string): Promise<string>;
  pepperOf(id: string): Promise<string>;
}

/** An installation whose tokens are all under p1. */
async function stageOn(backend: Backend): Promise<Stage> {
  const peppers = new Peppers();
  const vault = { ...testVault(), peppers: peppers.ring('p1') };
  const server = await startTestServer({ backend, vault });
  onTestFinished(() => server.close());
  const operator = new Client(server.url, server.operatorToken);
  const tenant = await makeTenant(operator, 'Acme');
  const { token: gatewayToken } = await makeGateway(server.url, operator);
  const gateway = await server.principalOf(gatewayToken);
  return {
    server, peppers, gatewayToken,
    tenantId: tenant.id,
    admin: new Client(server.url, tenant.managementToken),
    with: (pepperIds, limits = {}) => {
      const told: UnderOldPepper[] = [];
      const redigester = new Redigester({ database: server.db.database, log: { info: () => {}, warn: () => {} }, limits: { everyMs: 20, ...limits } });
      onTestFinished(() => redigester.stop());
      const registry = server.compose({
        vault: { ...vault, peppers: peppers.ring(...pepperIds) },
        redigest: (found) => {
          told.push(found);
          redigester.note(found);
        },
      });
      return { registry, told };
    },
    verify: async (registry, token) => expectOk<{ code: string }>(await registry.execute('api_keys.query', { method: 'verify', principal: gateway, input: { token } })).code,
    pepperOf: async (id) => {
      const [row] = await server.asOwner<{ pepperId: string }>('select pepper_id as "pepperId" from api_keys where id = $1 union all select pepper_id from access_tokens where id = $1', [id]);
      return row?.pepperId ?? '';
    },
  };
}

describe.each(BACKENDS)('tokens under an older pepper, on %s', (backend) => {
  test('a key moves to the current pepper once it was verified, and verifies on servers with either as the current one, before and after', WITHIN, async () => {
    const stage = await stageOn(backend);
    const { id, token } = await makeKey(stage.admin, 'old');
    const [before] = await stage.server.asOwner('select version, updated_at from api_keys where id = $1', [id]);
    const next = stage.with(['p1', 'p2']);
    const former = stage.with(['p2', 'p1'], { restMs: 600_000 });
    expect(await stage.verify(next.registry, token)).toBe('VALID');
    await expect.poll(() => stage.pepperOf(id), MOVED_WITHIN).toBe('p2');
    expect(await stage.verify(next.registry, token)).toBe('VALID');
    expect(next.told).toHaveLength(1);
    // A server that was not restarted yet reads it, and would have it back; it cannot do so again and again.
    expect(await stage.verify(former.registry, token)).toBe('VALID');
    await expect.poll(() => stage.pepperOf(id), MOVED_WITHIN).toBe('p1');
    expect(await stage.verify(next.registry, token)).toBe('VALID');
    await sleep(200);
    expect(await stage.pepperOf(id)).toBe('p1');
    // What clients see of it is as it was.
    expect(await stage.server.asOwner('select version, updated_at from api_keys where id = $1', [id])).toEqual([before]);
  });

  test('tokens of operators and services, and management keys, move once they have authenticated', WITHIN, async () => {
    const stage = await stageOn(backend);
    const { registry } = stage.with(['p1', 'p2']);
    for (const token of [stage.server.operatorToken, stage.gatewayToken, stage.admin.token]) {
      const { id } = expectOk<{ id: string }>(await registry.execute('auth.query', { method: 'authenticate', principal: null, input: { token, address: null } }));
      await expect.poll(() => stage.pepperOf(id), MOVED_WITHIN).toBe('p2');
      expectOk(await registry.execute('auth.query', { method: 'authenticate', principal: null, input: { token, address: null } }));
    }
  });

  test('nobody who verifies while tokens move is told that there is none', WITHIN, async () => {
    const stage = await stageOn(backend);
    const keys = await Promise.all(Array.from({ length: 20 }, (_, at) => makeKey(stage.admin, `key ${at}`)));
    // Two servers in the middle of a rotation, which move the same tokens to and fro as fast as they can.
    const servers = [stage.with(['p1', 'p2'], { everyMs: 1, restMs: 0 }), stage.with(['p2', 'p1'], { everyMs: 1, restMs: 0 })];
    const codes = new Map<string, number>();
    const until = performance.now() + 3000;
    await Promise.all(servers.flatMap(({ registry }) => keys.map(async ({ token }) => {
      while (performance.now() < until) {
        const [code, who] = await Promise.all([
          stage.verify(registry, token),
          registry.execute('auth.query', { method: 'authenticate', principal: null, input: { token: stage.gatewayToken, address: null } }),
        ]);
        const seen = who.ok ? code : who.denial.code;
        codes.set(seen, (codes.get(seen) ?? 0) + 1);
        // An embedded database answers without I/O, so that timers would never have their turn.
        await nextTurn();
      }
    })));
    expect([...codes.keys()]).toEqual(['VALID']);
    // It was a race: both have moved tokens all the while.
    for (const { told } of servers) expect(told.length).toBeGreaterThan(20);
  });

  test('a key that was changed, revoked or moved meanwhile is left as it then is', WITHIN, async () => {
    const stage = await stageOn(backend);
    const [revoked, renamed] = [await makeKey(stage.admin, 'to be revoked'), await makeKey(stage.admin, 'to be renamed')];
    const { registry, told } = stage.with(['p1', 'p2'], { everyMs: 400 });
    for (const { token } of [revoked, renamed]) expect(await stage.verify(registry, token)).toBe('VALID');
    expect(told).toHaveLength(2);
    await expectStatus(200, stage.admin.post(`/v1/api-keys/${revoked.id}/revoke`, { reason: 'leaked' }));
    await expectStatus(200, stage.admin.ask('PATCH', `/v1/api-keys/${renamed.id}`, { body: { name: 'renamed', version: 1 } }));
    await expect.poll(() => stage.pepperOf(renamed.id), MOVED_WITHIN).toBe('p2');
    expect(await stage.pepperOf(revoked.id)).toBe('p1');
    expect(await stage.verify(registry, revoked.token)).toBe('REVOKED');
    expect(await stage.server.asOwner('select name, version from api_keys where id = $1', [renamed.id])).toEqual([{ name: 'renamed', version: 2 }]);
  });

  test('only so many wait, and only so many are written in one turn; the rest comes with later verifications', WITHIN, async () => {
    const stage = await stageOn(backend);
    const keys = await Promise.all(Array.from({ length: 9 }, (_, at) => makeKey(stage.admin, `key ${at}`)));
    const { registry } = stage.with(['p1', 'p2'], { everyMs: 50, maxWaiting: 4, maxOfTenant: 3 });
    await Promise.all(keys.map(({ token }) => stage.verify(registry, token)));
    const underOld = async (): Promise<number> => (await Promise.all(keys.map(({ id }) => stage.pepperOf(id)))).filter((pepper) => pepper === 'p1').length;
    await expect.poll(underOld, MOVED_WITHIN).toBe(5);
    await sleep(300);
    expect(await underOld()).toBe(5);
    while ((await underOld()) > 0) {
      await Promise.all(keys.map(({ token }) => stage.verify(registry, token)));
      await sleep(60);
    }
  });
});

test('a key that another transaction holds is passed over, and holds up neither it nor the others', WITHIN, async () => {
  const stage = await stageOn('postgres');
  const [held, free] = [await makeKey(stage.admin, 'held'), await makeKey(stage.admin, 'free')];
  const [isHeld, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = inOwnTransaction(stage.server.db.database, stage.tenantId, async (sql) => {
    await sql.run({ name: 'test.hold', text: 'select id from api_keys where tenant_id = $1 and id = $2 for update' }, [stage.tenantId, held.id]);
    isHeld.resolve();
    await letGo.promise;
  });
  await isHeld.promise;
  const { registry } = stage.with(['p1', 'p2'], { restMs: 0 });
  for (const { token } of [held, free]) expect(await stage.verify(registry, token)).toBe('VALID');
  await expect.poll(() => stage.pepperOf(free.id), MOVED_WITHIN).toBe('p2');
  expect(await stage.pepperOf(held.id)).toBe('p1');
  letGo.resolve();
  await holding;
  expect(await stage.verify(registry, held.token)).toBe('VALID');
  await expect.poll(() => stage.pepperOf(held.id), MOVED_WITHIN).toBe('p2');
});
