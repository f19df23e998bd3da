import { CUS_PERMISSIONS } from '@hoc/l5-engines/api-keys/permissions-catalog';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import type { Negative, Positive } from './proof.ts';
import {
  archiveProject, byAdmin, createKey, handMade, INACTIVE, onKey, resume, rotateKey, SERVICE_KEY, suspend, undoRotation,
  type Ask, type Cast, type MadeKey, type Stage,
} from './stage.ts';
import { NOBODY } from './tenant.cases.ts';

const createByOperator = (stage: Stage, tenantId?: string, input: object = {}): Ask =>
  stage.byOperator('api_keys.write', 'create', { ...SERVICE_KEY, ...input }, tenantId);

/** The new key of a rotation that is still in its overlap. */
async function rotated(stage: Stage, tenant: Cast, keyId: string): Promise<MadeKey> {
  const { key, token } = await stage.do<{ key: { id: string }; token: string }>(rotateKey(tenant, keyId));
  return { id: key.id, token };
}

/** The other three ways in which a key comes to life, each on a key that its state allows it on. */
const REVIVALS: readonly { readonly what: string; ready(stage: Stage, tenant: Cast): Promise<Ask>; readonly onNobody: Ask }[] = [
  {
    what: 'the rotation of a key',
    ready: async (stage, tenant) => rotateKey(tenant, (await stage.key(tenant)).id),
    onNobody: rotateKey({ id: NOBODY, admin: handMade(NOBODY) }, 'key_nobody'),
  },
  {
    what: 'the unfreezing of a key',
    ready: async (stage, tenant) => {
      const { id } = await stage.key(tenant);
      await stage.do(onKey(tenant, 'freeze', id));
      return onKey(tenant, 'unfreeze', id);
    },
    onNobody: onKey({ id: NOBODY, admin: handMade(NOBODY) }, 'unfreeze', 'key_nobody'),
  },
  {
    what: 'the undoing of a rotation',
    ready: async (stage, tenant) => undoRotation(tenant, (await rotated(stage, tenant, (await stage.key(tenant)).id)).id),
    onNobody: undoRotation({ id: NOBODY, admin: handMade(NOBODY) }, 'key_nobody'),
  },
];

const keyOfInactiveTenant: readonly Negative[] = [
  {
    rule: 'BI-APIKEY-001', what: "an operator's key for no tenant at all", status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    arrange: async (stage) => createByOperator(stage),
  },
  {
    rule: 'BI-APIKEY-001', what: 'a key for a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    arrange: async (stage) => createByOperator(stage, NOBODY),
  },
  ...INACTIVE.map((status): Negative => ({
    rule: 'BI-APIKEY-001', what: `an operator's key for a ${status} tenant`, status: 409, says: `the tenant is ${status}`, monitored: 'COMMITTED',
    arrange: async (stage) => createByOperator(stage, (await stage.tenant({ status })).id),
  })),
  {
    rule: 'BI-APIKEY-001', what: "a SUSPENDED tenant's own key", status: 409, says: 'the tenant is SUSPENDED', monitored: 'COMMITTED',
    arrange: async (stage) => createKey(await stage.tenant({ status: 'SUSPENDED' })),
  },
  ...REVIVALS.flatMap(({ what, ready, onNobody }): readonly Negative[] => [
    // No life of a tenant leads to a live key in three of these, so the status is planted.
    ...INACTIVE.map((status): Negative => ({
      rule: 'BI-APIKEY-001', what: `${what} of a ${status} tenant`, status: 409, says: `the tenant is ${status}`, monitored: 'COMMITTED',
      arrange: async (stage) => {
        const tenant = await stage.tenant();
        const ask = await ready(stage, tenant);
        await stage.plantStatus(tenant, status);
        return ask;
      },
    })),
    {
      rule: 'BI-APIKEY-001', what: `${what} of a tenant that does not exist`, status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
      aside: onNobody.method === 'rotate' ? ['BI-APIKEY-003', 'BI-APIKEY-004'] : ['BI-APIKEY-004'],
      arrange: async () => onNobody,
    },
  ]),
];

/** Five live service keys are what FREE allows; the first two are frozen: they still count. */
async function fullOfServiceKeys(stage: Stage): Promise<{ readonly tenant: Cast; readonly keys: readonly MadeKey[] }> {
  const tenant = await stage.tenant();
  const keys: MadeKey[] = [];
  for (let made = 0; made < 5; made += 1) keys.push(await stage.key(tenant));
  for (const { id } of keys.slice(0, 2)) await stage.do(onKey(tenant, 'freeze', id));
  return { tenant, keys };
}

async function fullOfManagementKeys(stage: Stage): Promise<Cast> {
  const tenant = await stage.tenant();
  // The first one was made by provisioning.
  for (let made = 1; made < 10; made += 1) await stage.do(createByOperator(stage, tenant.id, { permissions: ['hoc:keys.read'] }));
  return tenant;
}

const keysBeyondThePlan: readonly Negative[] = [
  {
    rule: 'BI-APIKEY-002', what: 'a sixth live service key on FREE', status: 409, says: 'the tenant has 5 live service keys, and its plan FREE allows 5', monitored: 'COMMITTED',
    arrange: async (stage) => createKey((await fullOfServiceKeys(stage)).tenant),
  },
  {
    rule: 'BI-APIKEY-002', what: "a sixth one from an operator, who is no exception", status: 409, says: 'the tenant has 5 live service keys', monitored: 'COMMITTED',
    arrange: async (stage) => createByOperator(stage, (await fullOfServiceKeys(stage)).tenant.id),
  },
  {
    rule: 'BI-APIKEY-002', what: 'an eleventh live management key', status: 409, says: 'the tenant has 10 live management keys', monitored: 'COMMITTED',
    arrange: async (stage) => createKey(await fullOfManagementKeys(stage), { permissions: ['hoc:keys.read'] }),
  },
  {
    rule: 'BI-APIKEY-002', what: 'a sixth one after a rotation and its undoing: neither makes room', status: 409, says: 'the tenant has 5 live service keys', monitored: 'COMMITTED',
    arrange: async (stage) => {
      const { tenant, keys } = await fullOfServiceKeys(stage);
      const { id } = await rotated(stage, tenant, keys[4]?.id ?? '');
      await stage.do(undoRotation(tenant, id));
      return createKey(tenant);
    },
  },
];

const ALL_BUT_AUDIT = CUS_PERMISSIONS.filter((permission) => permission !== 'hoc:audit.read');
/** A manager of the tenant who may grant documents alone, and may not read the audit log. */
const limited = (stage: Stage, tenant: Cast): Promise<Principal> => stage.manager(tenant, { permissions: ALL_BUT_AUDIT, grantable: ['docs:*'] });
/** What it would be if the permissions that a principal carries were believed. */
const forged = (principal: Principal): Principal => ({ ...principal, permissions: new Set([...CUS_PERMISSIONS, 'docs:*', 'billing:*']) });

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

const grantsBeyondOwn: readonly Negative[] = [
  ...[beyond, beyondStored].flatMap((case_) => [
    case_('a hoc: permission that it has not', { permissions: ['hoc:audit.read'] }, 'it may not grant "hoc:audit.read"'),
    case_('a permission outside its grantable patterns', { permissions: ['docs:read', 'billing:write'] }, 'it may not grant "billing:write"'),
    case_('unlimited grants', { permissions: ['hoc:keys.create'], grantable: null }, 'its own grants are limited'),
    case_('wider grants', { permissions: ['hoc:keys.create'], grantable: ['billing:*'] }, 'it may not make "billing:*" grantable'),
  ]),
  outOfUse('was revoked', (stage, tenant, keyId) => stage.do(onKey(tenant, 'revoke', keyId))),
  outOfUse('was frozen', (stage, tenant, keyId) => stage.do(onKey(tenant, 'freeze', keyId))),
  outOfUse('has expired', (stage, tenant, keyId) => expire(stage, tenant, keyId)),
  {
    rule: 'BI-APIKEY-003', what: "a key from a principal whose key is another tenant's", status: 403, says: 'the key that grants is no longer in use', monitored: 'COMMITTED',
    arrange: async (stage) => createKey({ admin: handMade((await stage.tenant()).id, (await stage.tenant()).admin.id) }),
  },
  {
    rule: 'BI-APIKEY-003', what: 'a key from a principal that is a service key', status: 403, says: 'it may not grant "docs:read"', monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return createKey({ admin: handMade(tenant.id, (await stage.key(tenant)).id) });
    },
  },
  {
    rule: 'BI-APIKEY-003', what: 'the rotation of a key that is wider than what the manager may grant', status: 403, says: 'it may not grant "billing:write"', monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id } = await stage.key(tenant, { permissions: ['billing:write'] });
      return rotateKey({ ...tenant, admin: forged(await limited(stage, tenant)) }, id);
    },
  },
  {
    rule: 'BI-APIKEY-003', what: 'an update that adds a permission which the manager may not grant', status: 403, says: 'it may not grant "billing:write"', monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id: keyId } = await stage.key(tenant);
      return byAdmin({ admin: forged(await limited(stage, tenant)) }, 'api_keys.write', 'update', { keyId, version: 1, permissions: ['docs:read', 'billing:write'] });
    },
  },
  {
    rule: 'BI-APIKEY-003', what: 'an update that lifts a restriction of a key wider than what the manager may grant', status: 403, says: 'it may not grant "billing:write"',
    monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id: keyId } = await stage.key(tenant, { permissions: ['billing:write'], allowedAddresses: ['10.0.0.0/8'] });
      return byAdmin({ admin: forged(await limited(stage, tenant)) }, 'api_keys.write', 'update', { keyId, version: 1, allowedAddresses: [] });
    },
  },
];

const expire = (stage: Stage, tenant: Cast, keyId: string): Promise<unknown> =>
  stage.db.asOwner(`update api_keys set expires_at = created_at where tenant_id = $1 and id = $2`, [tenant.id, keyId]);

type KeyMethod = 'revoke' | 'freeze' | 'unfreeze' | 'rotate' | 'undo_rotation';
const METHODS: readonly KeyMethod[] = ['revoke', 'freeze', 'unfreeze', 'rotate', 'undo_rotation'];
const step = (tenant: Cast, method: KeyMethod, keyId: string): Ask => {
  if (method === 'rotate') return rotateKey(tenant, keyId);
  return method === 'undo_rotation' ? undoRotation(tenant, keyId) : onKey(tenant, method, keyId);
};

/** The states that a key can be in, how it got there, and the steps that it takes there no more, with what is said of it. */
const KEY_STATES: readonly {
  readonly state: string;
  enter(stage: Stage, tenant: Cast, keyId: string): Promise<unknown>;
  readonly refused: Partial<Record<KeyMethod, string>>;
}[] = [
  { state: 'ACTIVE', enter: async () => {}, refused: { unfreeze: 'the key is not frozen', undo_rotation: 'the key does not come from a rotation' } },
  {
    state: 'FROZEN', enter: (stage, tenant, keyId) => stage.do(onKey(tenant, 'freeze', keyId)),
    refused: { freeze: 'the key was already frozen', rotate: 'the key was frozen', undo_rotation: 'the key does not come from a rotation' },
  },
  {
    state: 'REVOKED', enter: (stage, tenant, keyId) => stage.do(onKey(tenant, 'revoke', keyId)),
    refused: Object.fromEntries(METHODS.map((method) => [method, 'the key was already revoked at'])),
  },
  { state: 'expired', enter: expire, refused: { rotate: 'the key expired', undo_rotation: 'the key does not come from a rotation' } },
  {
    state: 'rotated', enter: rotated,
    refused: { rotate: 'the key was already rotated', unfreeze: 'the key is not frozen', undo_rotation: 'the key does not come from a rotation' },
  },
];

/** Why the rotation that made a key can be undone no more: what happens to the old key and the new. */
const UNDOABLE_NO_MORE: readonly { readonly because: string; happens(stage: Stage, tenant: Cast, pair: { old: string; new: string }): Promise<unknown>; readonly says: string }[] = [
  { because: 'was undone', happens: (stage, tenant, pair) => stage.do(undoRotation(tenant, pair.new)), says: 'the key was already revoked' },
  { because: 'has outlived its overlap', happens: (stage, tenant, pair) => expire(stage, tenant, pair.old), says: 'the overlap ended' },
  { because: 'was followed by another', happens: (stage, tenant, pair) => rotated(stage, tenant, pair.new), says: 'the key was itself rotated' },
  { because: 'has lost its old key', happens: (stage, tenant, pair) => stage.do(onKey(tenant, 'revoke', pair.old)), says: 'the old key was revoked' },
  { because: 'has lost its new key', happens: (stage, tenant, pair) => stage.do(onKey(tenant, 'revoke', pair.new)), says: 'the key was already revoked' },
  { because: 'made a key that has expired', happens: (stage, tenant, pair) => expire(stage, tenant, pair.new), says: 'the key expired' },
];

const stepsThatTheStateForbids: readonly Negative[] = [
  ...METHODS.flatMap((method): readonly Negative[] => [
    {
      rule: 'BI-APIKEY-004', what: `${method} of a key that nobody has`, status: 404, says: 'the key does not exist in this tenant', monitored: 'NOT_FOUND',
      arrange: async (stage) => step(await stage.tenant(), method, 'key_nobody'),
    },
    {
      rule: 'BI-APIKEY-004', what: `${method} of another tenant's key`, status: 404, says: 'the key does not exist in this tenant', monitored: 'NOT_FOUND',
      arrange: async (stage) => step(await stage.tenant(), method, (await stage.key(await stage.tenant())).id),
    },
  ]),
  ...KEY_STATES.flatMap(({ state, enter, refused }) =>
    METHODS.filter((method) => refused[method] !== undefined).map((method): Negative => ({
      rule: 'BI-APIKEY-004', what: `${method} of a key that is ${state}`, status: 409, says: refused[method] ?? '', monitored: 'STEP_REFUSED',
      arrange: async (stage) => {
        const tenant = await stage.tenant();
        const { id } = await stage.key(tenant);
        await enter(stage, tenant, id);
        return step(tenant, method, id);
      },
    })),
  ),
  ...UNDOABLE_NO_MORE.map(({ because, happens, says }): Negative => ({
    rule: 'BI-APIKEY-004', what: `the undoing of a rotation that ${because}`, status: 409, says, monitored: 'STEP_REFUSED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const old = await stage.key(tenant);
      const pair = { old: old.id, new: (await rotated(stage, tenant, old.id)).id };
      await happens(stage, tenant, pair);
      return undoRotation(tenant, pair.new);
    },
  })),
];

const keysOfProjectsThatAreGone: readonly Negative[] = [
  {
    rule: 'BI-APIKEY-005', what: 'a key in a project that nobody has', status: 404, says: 'the project does not exist in this tenant', monitored: 'NOT_FOUND',
    arrange: async (stage) => createKey(await stage.tenant(), { projectId: 'prj_nobody' }),
  },
  {
    rule: 'BI-APIKEY-005', what: "a key in another tenant's project", status: 404, says: 'the project does not exist in this tenant', monitored: 'NOT_FOUND',
    arrange: async (stage) => createKey(await stage.tenant(), { projectId: await stage.project(await stage.tenant()) }),
  },
  {
    rule: 'BI-APIKEY-005', what: 'a key in an ARCHIVED project', status: 409, says: 'the project is ARCHIVED', monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const projectId = await stage.project(tenant);
      await stage.do(archiveProject(tenant, projectId));
      return createKey(tenant, { projectId });
    },
  },
  {
    rule: 'BI-APIKEY-005', what: 'the rotation of a key whose project was ARCHIVED', status: 409, says: 'the project is ARCHIVED', monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const projectId = await stage.project(tenant);
      const { id } = await stage.key(tenant, { projectId });
      await stage.do(archiveProject(tenant, projectId));
      return rotateKey(tenant, id);
    },
  },
];

export const apiKeyNegatives: readonly Negative[] = [
  ...keyOfInactiveTenant,
  ...keysBeyondThePlan,
  ...grantsBeyondOwn,
  ...stepsThatTheStateForbids,
  ...keysOfProjectsThatAreGone,
];

const withRoomAgain = (what: string, make: (stage: Stage, tenant: Cast, keys: readonly MadeKey[]) => Promise<unknown>): Positive => ({
  rules: ['BI-APIKEY-002'], what: `a service key after one of five ${what}`,
  arrange: async (stage) => {
    const { tenant, keys } = await fullOfServiceKeys(stage);
    await make(stage, tenant, keys);
    return createKey(tenant);
  },
});

export const apiKeyPositives: readonly Positive[] = [
  { rules: ['BI-APIKEY-001', 'BI-APIKEY-002', 'BI-APIKEY-003', 'BI-APIKEY-005'], what: "an ACTIVE tenant's own key", arrange: async (stage) => createKey(await stage.tenant()) },
  { rules: ['BI-APIKEY-001', 'BI-APIKEY-003'], what: "an operator's key for an ACTIVE tenant", arrange: async (stage) => createByOperator(stage, (await stage.tenant()).id, { permissions: ['hoc:audit.read'] }) },
  {
    rules: ['BI-APIKEY-001'], what: 'a key of a tenant that was suspended and resumed',
    arrange: async (stage) => {
      const tenant = await stage.tenant({ status: 'SUSPENDED' });
      await stage.do(resume(stage, tenant));
      return createKey(tenant);
    },
  },
  ...REVIVALS.map(({ what, ready }): Positive => ({
    rules: ['BI-APIKEY-001', 'BI-APIKEY-004'], what: `${what} of an ACTIVE tenant`, arrange: async (stage) => ready(stage, await stage.tenant()),
  })),
  withRoomAgain('was revoked', (stage, tenant, keys) => stage.do(onKey(tenant, 'revoke', keys[0]?.id ?? ''))),
  withRoomAgain('has expired', (stage, tenant, keys) => expire(stage, tenant, keys[0]?.id ?? '')),
  {
    rules: ['BI-APIKEY-001', 'BI-APIKEY-003', 'BI-APIKEY-004', 'BI-APIKEY-005'], what: 'the rotation of one of five: the old key does not count',
    arrange: async (stage) => {
      const { tenant, keys } = await fullOfServiceKeys(stage);
      return rotateKey(tenant, keys[4]?.id ?? '');
    },
  },
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
    rules: ['BI-APIKEY-003'], what: 'an update of a key of a SUSPENDED tenant',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const { id: keyId } = await stage.key(tenant);
      await stage.do(suspend(stage, tenant));
      return byAdmin(tenant, 'api_keys.write', 'update', { keyId, version: 1, name: 'renamed' });
    },
  },
  ...(['revoke', 'freeze'] as const).map((method): Positive => ({
    rules: ['BI-APIKEY-004'], what: `${method} of an ACTIVE key`,
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return onKey(tenant, method, (await stage.key(tenant)).id);
    },
  })),
  {
    rules: ['BI-APIKEY-005'], what: 'a key in an ACTIVE project',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return createKey(tenant, { projectId: await stage.project(tenant) });
    },
  },
];
