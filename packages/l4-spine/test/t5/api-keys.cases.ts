import { grantsBeyondOwn, grantsWithinOwn } from './grants.cases.ts';
import { expire, rotated } from './key-states.ts';
import { stepsThatTheStateForbids } from './key-steps.cases.ts';
import type { Negative, Positive } from './proof.ts';
import {
  archiveProject, createKey, handMade, INACTIVE, onKey, resume, rotateKey, SERVICE_KEY, undoRotation,
  type Ask, type Cast, type MadeKey, type Stage,
} from './stage.ts';
import { NOBODY, SECOND_PLAN } from './tenant.cases.ts';

const createByOperator = (stage: Stage, tenantId?: string, input: object = {}): Ask =>
  stage.byOperator('api_keys.write', 'create', { ...SERVICE_KEY, ...input }, tenantId);

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
  {
    rule: 'BI-APIKEY-001', what: `a key of a SUSPENDED tenant on ${SECOND_PLAN}`, status: 409, says: 'the tenant is SUSPENDED', monitored: 'COMMITTED',
    arrange: async (stage) => createKey(await stage.tenant({ status: 'SUSPENDED', plan: SECOND_PLAN })),
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

/** On every plan a tenant has ten management keys at most. */
async function fullOfManagementKeys(stage: Stage, plan = 'FREE'): Promise<Cast> {
  const tenant = await stage.tenant({ plan });
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
    rule: 'BI-APIKEY-002', what: 'a sixth one from an operator, who is no exception', status: 409, says: 'the tenant has 5 live service keys', monitored: 'COMMITTED',
    arrange: async (stage) => createByOperator(stage, (await fullOfServiceKeys(stage)).tenant.id),
  },
  {
    rule: 'BI-APIKEY-002', what: 'an eleventh live management key', status: 409, says: 'the tenant has 10 live management keys', monitored: 'COMMITTED',
    arrange: async (stage) => createKey(await fullOfManagementKeys(stage), { permissions: ['hoc:keys.read'] }),
  },
  {
    rule: 'BI-APIKEY-002', what: `an eleventh live management key on ${SECOND_PLAN}`, status: 409, says: 'the tenant has 10 live management keys, and its plan PRO allows 10', monitored: 'COMMITTED',
    arrange: async (stage) => createKey(await fullOfManagementKeys(stage, SECOND_PLAN), { permissions: ['hoc:keys.read'] }),
  },
  {
    rule: 'BI-APIKEY-002', what: `one live service key more than twenty on ${SECOND_PLAN}`, status: 409, says: 'the tenant has 20 live service keys, and its plan PRO allows 20', monitored: 'COMMITTED',
    arrange: async (stage) => {
      const tenant = await stage.tenant({ plan: SECOND_PLAN });
      for (let made = 0; made < 20; made += 1) await stage.key(tenant);
      return createKey(tenant);
    },
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
  {
    rules: ['BI-APIKEY-001', 'BI-APIKEY-002', 'BI-APIKEY-003'], what: 'a key with rate limits, credits and a maximum of leases',
    arrange: async (stage) =>
      createKey(await stage.tenant(), {
        rateLimits: [{ name: 'calls', limit: 5, windowMs: 60_000 }, { name: 'local', limit: 5, windowMs: 100, algorithm: 'FIXED', mode: 'LOCAL' }], credits: { remaining: 5 }, maxConcurrent: 1,
      }),
  },
  {
    rules: ['BI-APIKEY-001', 'BI-APIKEY-002'], what: `a sixth service key on ${SECOND_PLAN}, which allows more than FREE`,
    arrange: async (stage) => {
      const tenant = await stage.tenant({ plan: SECOND_PLAN });
      for (let made = 0; made < 5; made += 1) await stage.key(tenant);
      return createKey(tenant);
    },
  },
  {
    rules: ['BI-APIKEY-001', 'BI-APIKEY-003'], what: "an operator's key for an ACTIVE tenant",
    arrange: async (stage) => createByOperator(stage, (await stage.tenant()).id, { permissions: ['hoc:audit.read'] }),
  },
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
  ...grantsWithinOwn,
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
