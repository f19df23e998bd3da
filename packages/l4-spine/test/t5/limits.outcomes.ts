import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { entriesOf, snapshot } from './records.ts';
import { byAdmin, type Ask, type Cast, type Stage } from './stage.ts';

const LIMITS = [
  { name: 'per-second', limit: 10, windowMs: 1000, algorithm: 'SLIDING', mode: 'EXACT' },
  { name: 'per-day', limit: 1000, windowMs: 86_400_000, algorithm: 'FIXED', mode: 'LOCAL' },
] as const;

interface ShownTenant {
  readonly id: string;
  readonly rateLimits: unknown;
  readonly ownerRateLimits: unknown;
}

/** The two lists of limits that a tenant has, and who sets each. */
const WAYS = [
  { list: 'rateLimits', other: 'ownerRateLimits', method: 'set_rate_limits', ask: (stage: Stage, { id }: Cast, rateLimits: unknown): Ask => stage.byOperator('account.write', 'set_rate_limits', { rateLimits }, id) },
  { list: 'ownerRateLimits', other: 'rateLimits', method: 'set_owner_rate_limits', ask: (_stage: Stage, tenant: Cast, rateLimits: unknown): Ask => byAdmin(tenant, 'account.write', 'set_owner_rate_limits', { rateLimits }) },
] as const;

/** Proves what limits of tenants and owners come to, in every mode the same. */
export function limitsAreKept(stage: () => Stage): void {
  describe.each(WAYS)('$method', ({ list, other, method, ask }) => {
    test('puts the whole list in the place of the one before, and leaves the other list alone; an empty one lifts them', async () => {
      const on = stage();
      const [tenant, bystander] = [await on.tenant(), await on.tenant()];
      const seen = async ({ id }: Cast): Promise<ShownTenant> => on.do<ShownTenant>(on.byOperator('account.query', 'get_tenant', {}, id));
      for (const rateLimits of [LIMITS, [LIMITS[1]], []]) {
        const answered = await on.do<ShownTenant>(ask(on, tenant, rateLimits));
        expect(answered).toMatchObject({ id: tenant.id, [list]: rateLimits, [other]: [] });
        expect(await seen(tenant)).toEqual(answered);
        expect((await on.do<{ tenant: ShownTenant }>(byAdmin(tenant, 'account.query', 'tenant_overview'))).tenant).toEqual(answered);
      }
      expect(await seen(bystander)).toMatchObject({ rateLimits: [], ownerRateLimits: [] });
    });

    test('leaves an entry in the audit log, about the tenant, and tells its endpoints of the tenant as it is now', async () => {
      const on = stage();
      const tenant = await on.tenant();
      const { result, requestId } = await on.ask(ask(on, tenant, LIMITS));
      const shown = expectOk<ShownTenant>(result);
      expect(await entriesOf(on.db, requestId)).toMatchObject([
        { tenantId: tenant.id, outcome: 'COMMITTED', anchor: `tenant.${method}`, subject: tenant.id, invariants: [{ id: 'BI-TENANT-009', mode: 'STRICT', outcome: 'HELD' }] },
      ]);
      const events = await on.db.asOwner<{ type: string; payload: unknown }>('select type, payload from outbox_events where tenant_id = $1 and request_id = $2', [tenant.id, requestId]);
      expect(events).toEqual([{ type: 'tenant.limits_changed', payload: { tenant: JSON.parse(JSON.stringify(shown)) as unknown } }]);
    });

    test('answers a replay with the first answer, and changes nothing', async () => {
      const on = stage();
      const tenant = await on.tenant();
      const first = { ...ask(on, tenant, LIMITS), idempotencyKey: 'once' };
      const answered = expectOk((await on.ask(first)).result);
      await on.do(ask(on, tenant, []));
      expect(expectOk((await on.ask(first)).result)).toEqual(answered);
      expect(await on.do(on.byOperator('account.query', 'get_tenant', {}, tenant.id))).toMatchObject({ [list]: [] });
    });

    test.each([
      ['no list', { a: 1 }, '/rateLimits'], ['two limits of one name', [LIMITS[0], LIMITS[0]], '/rateLimits'], ['eleven limits', Array.from({ length: 11 }, (_, at) => ({ ...LIMITS[0], name: `l${at}` })), '/rateLimits'],
      ['a name with a blank', [{ ...LIMITS[0], name: 'per second' }], '/rateLimits/0/name'], ['a limit of nothing', [LIMITS[1], { ...LIMITS[0], limit: 0 }], '/rateLimits/1/limit'],
      ['a window of more than 31 days', [{ ...LIMITS[0], windowMs: 2_678_400_001 }], '/rateLimits/0/windowMs'], ['another algorithm', [{ ...LIMITS[0], algorithm: 'LEAKY' }], '/rateLimits/0/algorithm'],
      ['another mode', [{ ...LIMITS[0], mode: 'GLOBAL' }], '/rateLimits/0/mode'], ['a field that nothing enforces', [{ ...LIMITS[0], burst: 1 }], '/rateLimits/0/burst'],
    ])('refuses %s by its field, and writes nothing', async (_what, rateLimits, path) => {
      const on = stage();
      const tenant = await on.tenant();
      const rows = await snapshot(on.db);
      expect(expectDenied((await on.ask(ask(on, tenant, rateLimits))).result)).toMatchObject({ code: 'INVALID_INPUT', status: 400, errors: [{ path }] });
      expect(await snapshot(on.db)).toBe(rows);
    });

    test('is for whoever holds its permission', async () => {
      const on = stage();
      const tenant = await on.tenant();
      const asked = ask(on, tenant, LIMITS);
      const permissions = new Set([...asked.principal.permissions].filter((permission) => permission !== 'hoc:tenants.limit' && permission !== 'hoc:limits.write'));
      expect(expectDenied((await on.ask({ ...asked, principal: { ...asked.principal, permissions } })).result)).toMatchObject({ code: 'PERMISSION_DENIED', status: 403 });
    });
  });

  test('while the installation is degraded operators still limit tenants, and tenants their owners not', async () => {
    const on = stage();
    const tenant = await on.tenant();
    await on.do(on.byOperator('governance.write', 'set_degraded', { isDegraded: true, reason: 'as the proof has it' }));
    try {
      await on.do(on.byOperator('account.write', 'set_rate_limits', { rateLimits: LIMITS }, tenant.id));
      expect(expectDenied((await on.ask(byAdmin(tenant, 'account.write', 'set_owner_rate_limits', { rateLimits: [] }))).result).code).toBe('DEGRADED');
    } finally {
      await on.do(on.byOperator('governance.write', 'set_degraded', { isDegraded: false, reason: 'as the proof has it' }));
    }
  });
}
