import { expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { entriesOf, violationsOf } from './records.ts';
import { byAdmin, INACTIVE, onKey, type Answer, type Ask, type Cast, type MadeKey, type Stage } from './stage.ts';

/** The rules of keys; each is set to STRICT by an operator, for the tenant, so that no default is at work. */
const RULES = ['BI-APIKEY-001', 'BI-APIKEY-002', 'BI-APIKEY-003', 'BI-APIKEY-004', 'BI-APIKEY-005'] as const;

/** A key that holds a lease. */
interface LeasedKey extends MadeKey {
  readonly leaseId: string;
}

const byGateway = (method: string, input: unknown): Ask => ({
  address: 'api_keys.query', method, input, principal: { plane: 'int', id: 'tok_gateway', name: 'gateway', tenantId: null, permissions: new Set(['hoc:keys.verify']) },
});

/** Every method of `api_keys.query`, and what asks it; a lease is renewed before it is released. */
const QUERIES: Readonly<Record<string, (stage: Stage, tenant: Cast, key: LeasedKey) => Ask>> = {
  list: (_stage, tenant) => byAdmin(tenant, 'api_keys.query', 'list'),
  get: (_stage, tenant, key) => byAdmin(tenant, 'api_keys.query', 'get', { keyId: key.id }),
  verify: (_stage, _tenant, { token }) => byGateway('verify', { token }),
  renew_lease: (_stage, { id: tenantId }, { id: keyId, leaseId }) => byGateway('renew_lease', { tenantId, keyId, leaseId, seconds: 60 }),
  release_lease: (_stage, { id: tenantId }, { id: keyId, leaseId }) => byGateway('release_lease', { tenantId, keyId, leaseId }),
};

/** Proves that BI-APIKEY-001 stands on bringing keys to life, and on nothing beside it. */
export function neighboursAreFree(stage: () => Stage): void {
  describe.each(INACTIVE)('in STRICT, on a tenant that is %s, BI-APIKEY-001 is not asked', (status) => {
    const arrange = async (): Promise<{ readonly tenant: Cast; readonly key: LeasedKey }> => {
      const tenant = await stage().tenant();
      const made = await stage().key(tenant, { maxConcurrent: 1 });
      const { lease } = await stage().do<{ lease: { id: string } }>(byGateway('verify', { token: made.token, acquire: { seconds: 3600 } }));
      const key = { ...made, leaseId: lease.id };
      for (const rule of RULES) await stage().setMode(rule, 'STRICT', tenant.id);
      await stage().plantStatus(tenant, status);
      return { tenant, key };
    };
    const wasNotAsked = async ({ result, requestId }: Answer): Promise<void> => {
      expectOk(result);
      expect(await violationsOf(stage().db, requestId)).toEqual([]);
      for (const { invariants } of await entriesOf(stage().db, requestId)) expect(invariants.map(({ id }) => id)).not.toContain('BI-APIKEY-001');
    };

    test.each(['revoke', 'freeze'] as const)('by %s: protecting is always allowed', async (method) => {
      const { tenant, key } = await arrange();
      await wasNotAsked(await stage().ask(onKey(tenant, method, key.id)));
    });

    test('by update', async () => {
      const { tenant, key } = await arrange();
      await wasNotAsked(await stage().ask(byAdmin(tenant, 'api_keys.write', 'update', { keyId: key.id, version: 1, name: 'renamed' })));
    });

    test('by list on the write address, which is a read', async () => {
      const { tenant, key } = await arrange();
      const answer = await stage().ask(byAdmin(tenant, 'api_keys.write', 'list'));
      await wasNotAsked(answer);
      expect(answer.result).toMatchObject({ value: { items: [{ id: key.id }, {}] } });
      expect(await entriesOf(stage().db, answer.requestId)).toEqual([]);
    });

    test('by any method of api_keys.query', async () => {
      const registered = stage().composed.registry.describe().filter(({ address }) => address === 'api_keys.query');
      expect(registered.map(({ method }) => method).toSorted()).toEqual(Object.keys(QUERIES).toSorted());
      const { tenant, key } = await arrange();
      for (const [method, ask] of Object.entries(QUERIES)) {
        const answer = await stage().ask(ask(stage(), tenant, key));
        await wasNotAsked(answer);
        expect(await entriesOf(stage().db, answer.requestId)).toEqual([]);
        // A verdict is no denial: it is the truth about the key.
        if (method === 'verify') expect(answer.result).toMatchObject({ value: { valid: false, code: 'TENANT_NOT_ACTIVE' } });
        // What was taken before is given back whatever became of the tenant.
        if (method === 'release_lease') expect(answer.result).toMatchObject({ value: { released: true } });
      }
    });
  });
}
