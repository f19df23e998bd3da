import { CUS_PERMISSIONS } from '@hoc/l5-engines/api-keys/permissions-catalog';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { expire } from './key-states.ts';
import type { Negative, Positive } from './proof.ts';
import { byAdmin, createKey, handMade, onKey, rotateKey, suspend, type Cast, type Stage } from './stage.ts';

const ALL_BUT_AUDIT = CUS_PERMISSIONS.filter((permission) => permission !== 'hoc:audit.read');
/** A manager of the tenant who may grant documents alone, and may not read the audit log. */
const limited = (stage: Stage, tenant: Cast): Promise<Principal> => stage.manager(tenant, { permissions: ALL_BUT_AUDIT, grantable: ['docs:*'] });
/** What it would be if the permissions that a principal carries were believed. */
const forged = (principal: Principal): Principal => ({ ...principal, permissions: new Set([...CUS_PERMISSIONS, 'docs:*', 'billing:*']) });

/** Settings of a key with every kind of meter. */
const METERED = { rateLimits: [{ name: 'calls', limit: 5, windowMs: 60_000 }], credits: { remaining: 5, refill: { amount: 5, interval: 'DAILY' } }, maxConcurrent: 1 } as const;

const beyond = (what: string, input: object, says: string): Negative => ({
  rule: 'BI-APIKEY-003', what: `a key with ${what} from a limited manager`, status: 403, says, monitored: 'COMMITTED',
  arrange: async (stage) => createKey({ admin: await limited(stage, await stage.tenant()) }, input),
});
const beyondStored = (what: string, input: object, says: string): Negative => ({
  rule: 'BI-APIKEY-003', what: `a key with ${what} from a principal who claims more than its stored key has`, status: 403, says, monitored: 'COMMITTED',
  arrange: async (stage) => createKey({ admin: forged(await limited(stage, await stage.tenant())) }, input),
});
const outOfUse = (what: string, end: (stage: Stage, tenant: Cast, keyId: string) => Promise<unknown>): Negative => ({
  rule: 'BI-APIKEY-003', what: `a key from a manager whose own key ${what} since it authenticated`, status: 403, says: 'the key that grants is no longer in use', monitored: 'COMMITTED',
  arrange: async (stage) => {
    const tenant = await stage.tenant();
    const admin = await stage.manager(tenant, { permissions: CUS_PERMISSIONS });
    await end(stage, tenant, admin.id);
    return createKey({ admin });
  },
});

/** BI-APIKEY-003: nobody grants more than the stored key that asks. */
export const grantsBeyondOwn: readonly Negative[] = [
  ...[beyond, beyondStored].flatMap((case_) => [
    case_('a hoc: permission that it has not', { permissions: ['hoc:audit.read'] }, 'the granting key may not grant "hoc:audit.read"'),
    case_('a permission outside its grantable patterns', { permissions: ['docs:read', 'billing:write'] }, 'the granting key may not grant "billing:write"'),
    case_('unlimited grants', { permissions: ['hoc:keys.create'], grantable: null }, 'own grants are limited'),
    case_('wider grants', { permissions: ['hoc:keys.create'], grantable: ['billing:*'] }, 'the granting key may not make "billing:*" grantable'),
  ]),
  outOfUse('was revoked', (stage, tenant, keyId) => stage.do(onKey(tenant, 'revoke', keyId))),
  outOfUse('was frozen', (stage, tenant, keyId) => stage.do(onKey(tenant, 'freeze', keyId))),
  outOfUse('has expired', (stage, tenant, keyId) => expire(stage, tenant, keyId)),
  {
    rule: 'BI-APIKEY-003', what: "a key from a principal whose key is another tenant's", status: 403, says: 'the key that grants is no longer in use', monitored: 'COMMITTED',
    arrange: async (stage) => createKey({ admin: handMade((await stage.tenant()).id, (await stage.tenant()).admin.id) }),
  },
  {
    rule: 'BI-APIKEY-003', what: 'a key from a principal that is a service key', status: 403, says: 'the granting key may not grant "docs:read"', monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return createKey({ admin: handMade(tenant.id, (await stage.key(tenant)).id) });
    },
  },
  {
    rule: 'BI-APIKEY-003', what: 'the rotation of a key that is wider than what the manager may grant', status: 403, says: 'the granting key may not grant "billing:write"', monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id } = await stage.key(tenant, { permissions: ['billing:write'] });
      return rotateKey({ ...tenant, admin: forged(await limited(stage, tenant)) }, id);
    },
  },
  {
    rule: 'BI-APIKEY-003', what: 'an update that adds a permission which the manager may not grant', status: 403, says: 'the granting key may not grant "billing:write"', monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id: keyId } = await stage.key(tenant);
      return byAdmin({ admin: forged(await limited(stage, tenant)) }, 'api_keys.write', 'update', { keyId, version: 1, permissions: ['docs:read', 'billing:write'] });
    },
  },
  {
    rule: 'BI-APIKEY-003', what: 'an update that lifts a restriction of a key wider than what the manager may grant', status: 403, says: 'the granting key may not grant "billing:write"',
    monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id: keyId } = await stage.key(tenant, { permissions: ['billing:write'], allowedAddresses: ['10.0.0.0/8'] });
      return byAdmin({ admin: forged(await limited(stage, tenant)) }, 'api_keys.write', 'update', { keyId, version: 1, allowedAddresses: [] });
    },
  },
  ...Object.entries({ rateLimits: [], credits: null, maxConcurrent: null }).map(([field, lifted]): Negative => ({
    rule: 'BI-APIKEY-003', what: `an update that lifts ${field} of a key wider than what the manager may grant`, status: 403, says: 'the granting key may not grant "billing:write"',
    monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id: keyId } = await stage.key(tenant, { permissions: ['billing:write'], ...METERED });
      return byAdmin({ admin: forged(await limited(stage, tenant)) }, 'api_keys.write', 'update', { keyId, version: 1, [field]: lifted });
    },
  })),
];

export const grantsWithinOwn: readonly Positive[] = [
  {
    rules: ['BI-APIKEY-003'], what: 'a key within the grantable patterns of a limited manager',
    arrange: async (stage) => createKey({ admin: await limited(stage, await stage.tenant()) }, { permissions: ['docs:write'] }),
  },
  {
    rules: ['BI-APIKEY-003'], what: 'an update that adds what the manager may grant',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id: keyId } = await stage.key(tenant);
      return byAdmin({ admin: await limited(stage, tenant) }, 'api_keys.write', 'update', { keyId, version: 1, permissions: ['docs:read', 'docs:write'] });
    },
  },
  {
    rules: ['BI-APIKEY-003'], what: 'an update of the meters of a key that the manager may grant',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id: keyId } = await stage.key(tenant, METERED);
      return byAdmin({ admin: await limited(stage, tenant) }, 'api_keys.write', 'update', { keyId, version: 1, rateLimits: [], credits: { remaining: 7 }, maxConcurrent: null });
    },
  },
  {
    rules: ['BI-APIKEY-003'], what: 'an update of a key of a SUSPENDED tenant',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id: keyId } = await stage.key(tenant);
      await stage.do(suspend(stage, tenant));
      return byAdmin(tenant, 'api_keys.write', 'update', { keyId, version: 1, name: 'renamed' });
    },
  },
];
