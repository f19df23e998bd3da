import { describe, expect, test } from 'vitest';
import { expire } from './key-states.ts';
import { liveKeysOfEndedTenants } from './live-keys-of-ended-tenants.ts';
import { proved } from './proved.ts';
import { countBetween, race, refusedBy, summary, type Race } from './race.ts';
import { onTenant, rotateKey, SERVICE_KEY, WIDE_PLAN, type Stage } from './stage.ts';
import { inTurn, withCheck, withHandler, type Substitute } from './substitutes.ts';
import { KEY_WITHOUT_LOCK, TENANT_WITHOUT_LOCK } from './unlocked.ts';

const ROUNDS = 120;

/** Each round ends a tenant of its own. */
export const terminateAgainstCreate: Race = {
  begin: async (stage) => ({ tenant: await stage.tenant({ plan: WIDE_PLAN }), id: '' }),
  // An operator's key: of the tenant's own, BI-APIKEY-003 sees that the key which makes it was revoked with the others.
  guarded: ({ tenant }, stage) => stage.byOperator('api_keys.write', 'create', SERVICE_KEY, tenant.id),
  breaking: ({ tenant }, stage) => onTenant(stage, 'terminate_tenant', tenant),
  countLate: countBetween('create', 'terminate_tenant', null),
};

const terminateAgainstRotate: Race = {
  begin: async (stage) => {
    const tenant = await stage.tenant({ plan: WIDE_PLAN });
    return { tenant, id: (await stage.key(tenant)).id };
  },
  guarded: ({ tenant, id }) => rotateKey(tenant, id),
  breaking: terminateAgainstCreate.breaking,
  countLate: countBetween('rotate', 'terminate_tenant', null),
};

/** BI-TENANT-005, from the side of the termination: whatever comes to life meanwhile, it leaves no live key. */
export function terminationRaces(stage: () => Stage): void {
  describe.each([
    { method: 'create', meeting: terminateAgainstCreate },
    { method: 'rotate', meeting: terminateAgainstRotate },
  ])('terminate against the $method of a key', ({ meeting }) => {
    test(`${ROUNDS} rounds leave no live key of a terminated tenant`, async ({ annotate, task }) => {
      const report = await race(stage(), stage().composed.registry, meeting, { rounds: ROUNDS });
      await annotate(summary(report));
      expect(report).toMatchObject({ rounds: ROUNDS, broken: ROUNDS, late: 0, others: [] });
      expect(report.committed).toBeGreaterThan(ROUNDS / 20);
      expect(report.denied).toBeGreaterThan(ROUNDS / 20);
      expect(await liveKeysOfEndedTenants(stage(), report.tenants)).toEqual([]);
      proved(task, 'BI-TENANT-005', 'race');
    });
  });

  test('without the lock on the tenant the harness of create finds live keys of terminated tenants', async ({ annotate }) => {
    const report = await race(stage(), stage().server({ substitute: TENANT_WITHOUT_LOCK }), terminateAgainstCreate, { rounds: 1000, enough: 5 });
    await annotate(summary(report));
    expect(await liveKeysOfEndedTenants(stage(), report.tenants)).not.toEqual([]);
  });

  test('without the locks on tenant, counters and key, the rules let rotations through, and only the version of the old key stops them', async () => {
    const registry = stage().server({ substitute: inTurn(TENANT_WITHOUT_LOCK, KEY_WITHOUT_LOCK) });
    const { others } = await race(stage(), registry, terminateAgainstRotate, { rounds: 1000, enough: 3 });
    expect(others).toContainEqual(expect.objectContaining({ code: 'INTERNAL' }));
  });

  describe('prolonging an expired key, past HOC, between the revocations of a termination and their check', () => {
    test('the check sees the key: nothing of the termination is kept', async ({ task }) => {
      const { tenantId, answer } = await terminated(stage());
      expect(refusedBy(answer)).toBe('BI-TENANT-005');
      expect(await stage().db.asOwner('select status from tenants where tenant_id = $1', [tenantId])).toEqual([{ status: 'ACTIVE' }]);
      proved(task, 'BI-TENANT-005', 'race');
    });

    test('with the check taken out the key outlives its tenant', async () => {
      const { tenantId, keyId, answer } = await terminated(stage(), withCheck('BI-TENANT-005', () => true));
      expect(answer.result.ok).toBe(true);
      expect(await liveKeysOfEndedTenants(stage(), [tenantId])).toEqual([keyId]);
    });
  });
}

/** Terminates a tenant while, on another connection and past HOC, a key of it whose expiry was settled long ago is prolonged: no lock is in the way. */
async function terminated(stage: Stage, substitute?: Substitute) {
  const tenant = await stage.tenant();
  const { id: keyId } = await stage.key(tenant);
  for (let made = 1; made < 5; made += 1) await stage.key(tenant);
  await expire(stage, tenant, keyId);
  // Meets the plan, and so settles what has expired.
  await stage.key(tenant);
  const meanwhile = withHandler('account.write', 'terminate_tenant', (run) => async (call) => {
    const outcome = await run(call);
    await stage.db.asOwner('update api_keys set expires_at = null where tenant_id = $1 and id = $2', [tenant.id, keyId]);
    return outcome;
  });
  const registry = stage.server({ substitute: substitute === undefined ? meanwhile : inTurn(substitute, meanwhile) });
  return { tenantId: tenant.id, keyId, answer: await stage.ask(onTenant(stage, 'terminate_tenant', tenant), registry) };
}
