import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { entriesOf, snapshot } from './records.ts';
import type { Ask, Stage } from './stage.ts';

/** What a caller would send to be taken for a fact: names that facts, rows, rules and the kernel use. */
const SMUGGLED: Readonly<Record<string, unknown>> = {
  tenantStatus: 'ACTIVE', tenant_status: 'ACTIVE', status: 'ACTIVE', tenantId: 'tnt_other', tenant_id: 'tnt_other', tenant: { status: 'ACTIVE' },
  organization: { id: 'org_1' }, plan: 'ENTERPRISE', quotas: { maxServiceKeys: 1000 }, counters: { LIVE_SERVICE_KEYS: 0 }, liveKeyCount: { kind: 'SERVICE', value: 0 },
  onboarding: { state: 'SDK_CONNECTED' }, onboardingEvidence: { serviceKeys: [{ id: 'key_1' }] }, stepEvidence: { serviceKeys: ['key_1'] }, state: 'COMPLETE',
  liveKeyCounts: { service: 0, management: 0 }, liveKeys: 0, activeProjectCount: 0, key: { status: 'ACTIVE' }, project: { status: 'ACTIVE' },
  grantor: 'OPERATOR', principal: { plane: 'fdr' }, permissions: ['hoc:keys.create'], facts: { tenant: { status: 'ACTIVE' } }, step: 'resume', kind: 'MANAGEMENT',
  createdBy: { plane: 'fdr', id: 'tok_1', name: 'x' }, now: '2020-01-01T00:00:00.000Z', integration: { status: 'ENABLED' }, health: 'HEALTHY', lastProbeOk: true, checkedAt: '2020-01-01T00:00:00.000Z', prepared: { version: 1 }, finding: { performed: true, ok: true, health: 'HEALTHY' },
  sealedCredential: 'x', isEnabled: true, mode: 'MONITOR', _invariant_mode: 'MONITOR', counted: false,
  meterId: 'key_other', hasCredits: false, creditRefill: null, meters: null, remaining: 1000, verifications: 0,
};

/** A write of an address, ready to go through. */
export interface ReadyWrite {
  readonly method: string;
  arrange(stage: Stage): Promise<Ask>;
  /** Names in `SMUGGLED` that this input has of its own: what it asks for, and no fact. */
  readonly own?: readonly string[];
}

/** Proves of every write of these addresses that nothing which a caller sends becomes a fact. */
export function takesNoFacts(stage: () => Stage, address: string, writes: readonly ReadyWrite[]): void {
  describe(`no input of ${address} becomes a fact`, () => {
    test('every write of the address is among the proofs below', () => {
      const registered = stage().composed.registry.describe().filter((operation) => operation.address === address && operation.kind === 'write');
      // Only the starting server may open the first operator's way.
      expect(writes.map(({ method }) => method).toSorted()).toEqual(registered.map(({ method }) => method).filter((method) => method !== 'bootstrap_operator').toSorted());
    });

    test.each(writes)('$method refuses each smuggled key by its name, and goes through without it', async ({ arrange, own = [] }) => {
      const on = stage();
      const ask = await arrange(on);
      const rows = await snapshot(on.db);
      const calls = on.spy.calls(ask.address, ask.method);
      for (const [name, value] of Object.entries(SMUGGLED).filter(([name]) => !own.includes(name))) {
        const { result, requestId } = await on.ask({ ...ask, input: { ...Object(ask.input), [name]: value } });
        expect(expectDenied(result), name).toMatchObject({ code: 'INVALID_INPUT', status: 400, errors: [{ path: `/${name}`, message: 'unknown key' }] });
        expect(await entriesOf(on.db, requestId)).toMatchObject([{ outcome: 'DENIED', invariants: [] }]);
      }
      expect(await snapshot(on.db)).toBe(rows);
      expect(on.spy.calls(ask.address, ask.method)).toBe(calls);
      expectOk((await on.ask(ask)).result);
    });
  });
}

/** Proves of every operation that a tenant's principal may call that it cannot be pointed at another tenant. */
export function staysAtHome(stage: () => Stage, addresses: readonly string[]): void {
  test('a tenant that names another tenant finds nothing, whatever it calls; naming itself changes nothing', async () => {
    const on = stage();
    const [home, other] = [await on.tenant(), await on.tenant()];
    await on.key(other);
    const operations = on.composed.registry.describe().filter(({ address, kind, planes }) => addresses.includes(address) && kind !== 'decide' && planes.includes('cus'));
    expect(operations.length).toBeGreaterThan(0);
    const rows = await snapshot(on.db);
    for (const { address, method, kind, permission } of operations) {
      // Also what only a service key may: the permission is not what keeps it at home.
      const permissions = new Set([...home.admin.permissions, ...(permission === null ? [] : [permission])]);
      const ask: Ask = { address, method, principal: { ...home.admin, permissions }, input: {} };
      const { result, requestId } = await on.ask({ ...ask, tenantId: other.id });
      expect(expectDenied(result), `${address} ${method}`).toEqual({ code: 'NOT_FOUND', status: 404, detail: 'There is no such thing here.', requestId });
      // The attempt stands in the chain of the one who made it.
      if (kind === 'write') expect(await entriesOf(on.db, requestId)).toMatchObject([{ tenantId: home.id, outcome: 'DENIED' }]);
    }
    expect(await snapshot(on.db)).toBe(rows);
    expectOk((await on.ask({ address: 'account.query', method: 'tenant_overview', principal: home.admin, input: {}, tenantId: home.id })).result);
  });
}
