import type { Grantor } from '@hoc/l5-engines/api-keys/grant';
import { describe, expect, test } from 'vitest';
import { admin, after, keyRow, NOW, operator, projectRow, requestOf, tenantRow } from '../../../test/fixtures/rows.ts';
import { scansOf } from '../../../test/fixtures/scans.ts';
import { missing } from '../../kernel/invariant.ts';
import type { KeyRow } from '../rows.ts';
import { grantsWithinOwn, keyAllowsStep, keyOfActiveTenant, keysWithinPlan, projectOfKeyIsActive, type Granting } from './invariants.ts';

const request = requestOf({ permissions: [] });

describe('BI-APIKEY-001', () => {
  const inactive = ['CREATING', 'SUSPENDED', 'TERMINATED', 'ARCHIVED'] as const;
  test.each(inactive.flatMap((status) => ['FREE', 'PRO', 'ENTERPRISE'].map((plan) => ({ status, plan }))))('no key comes to life in a tenant that is $status, on $plan', ({ status, plan }) => {
    expect(keyOfActiveTenant.holds({ tenant: tenantRow({ status, plan }) }, request)).toBe(`the tenant is ${status}`);
  });
  test('nor in one that does not exist; in an ACTIVE one it does', () => {
    expect(keyOfActiveTenant.holds({ tenant: null }, request)).toEqual(missing('the tenant does not exist'));
    expect(keyOfActiveTenant.holds({ tenant: tenantRow() }, request)).toBe(true);
  });
});

describe('BI-APIKEY-002', () => {
  const PLANS = [['FREE', 5, 10], ['PRO', 20, 10], ['ENTERPRISE', 100, 10]] as const;
  const CAPS = PLANS.flatMap(([plan, maxServiceKeys, maxManagementKeys]) => {
    const tenant = tenantRow({ plan, quotas: { ...tenantRow().quotas, maxServiceKeys, maxManagementKeys } });
    return [{ plan, tenant, kind: 'SERVICE', called: 'service', cap: maxServiceKeys }, { plan, tenant, kind: 'MANAGEMENT', called: 'management', cap: maxManagementKeys }] as const;
  });
  test.each(CAPS)('$plan allows $cap live keys of kind $kind, and not one more', ({ plan, tenant, kind, called, cap }) => {
    const judge = (value: number): ReturnType<typeof keysWithinPlan.holds> => keysWithinPlan.holds({ tenant, liveKeyCount: { kind, value } }, request);
    for (const value of [0, cap - 1]) expect(judge(value)).toBe(true);
    for (const value of [cap, cap + 1]) expect(judge(value)).toBe(`the tenant has ${value} live ${called} keys, and its plan ${plan} allows ${cap}`);
  });
  test('a missing tenant is left to BI-APIKEY-001, so that a monitored rule is not blocked by this one', () => {
    expect(keysWithinPlan.holds({ tenant: null, liveKeyCount: { kind: 'SERVICE', value: 99 } }, request)).toBe(true);
  });
});

describe('the scans', () => {
  const found = { tenantId: 'tnt_1', subject: 'key_1' };
  /** Of the tenant whose scan it is, and of no other; as things are now. */
  const isOwn = ([tenantId, at]: readonly [tenantId: string, at: Date]): boolean => tenantId === 'tnt_1' && at === NOW;
  const scans = scansOf({
    liveKeysOfInactiveTenants: async (...asked) => (isOwn(asked) ? [{ ...found, tenantStatus: 'SUSPENDED' }] : []),
    tenantsOverKeyPlan: async (...asked) => (isOwn(asked) ? [{ tenantId: 'tnt_1', subject: 'tnt_1', kind: 'SERVICE', live: 6, allowed: 5 }] : []),
    liveKeysOfArchivedProjects: async (...asked) => (isOwn(asked) ? [{ ...found, projectId: 'prj_1', projectStatus: 'ARCHIVED' }] : []),
  });

  test.each([
    [keyOfActiveTenant, 'key_1', 'a live key of a tenant that is SUSPENDED'],
    [keysWithinPlan, 'tnt_1', '6 live keys of kind SERVICE, and the plan allows 5'],
    [projectOfKeyIsActive, 'key_1', 'a live key of project prj_1, which is ARCHIVED'],
  ])('$id finds what the rule would refuse now, each with the reason', async (rule, subject, message) => {
    expect(await rule.scan({ tenantId: 'tnt_1', scans }, NOW)).toEqual([{ tenantId: 'tnt_1', subject, message }]);
  });
});

describe('BI-APIKEY-003', () => {
  const limited: Grantor = { permissions: ['hoc:keys.create', 'hoc:keys.rotate'], grantable: ['docs:read'] };
  const judge = (grantor: Grantor | null, input: Granting, key: KeyRow | null = null): ReturnType<typeof grantsWithinOwn.holds> =>
    grantsWithinOwn.holds({ grantor, key: key === null ? null : { key, other: null } }, requestOf(input));
  const update = (patch: object): Granting => ({ keyId: 'key_1', version: 1, ...patch });
  const rotate: Granting = { keyId: 'key_1', step: 'rotate' };

  test('a grantor that is no longer in use grants nothing at all', () => {
    expect(judge(null, { permissions: [] })).toBe('the key that grants is no longer in use');
  });
  test('operators grant anything', () => {
    expect(judge('OPERATOR', { permissions: ['hoc:keys.revoke', 'x:*'] })).toBe(true);
  });
  test('create: what is granted lies within what the grantor may grant', () => {
    expect(judge(limited, { permissions: ['docs:read'] })).toBe(true);
    expect(judge(limited, { permissions: ['docs:write'] })).toContain('docs:write');
    expect(judge(limited, { permissions: ['hoc:keys.revoke'] })).toContain('hoc:keys.revoke');
  });
  test('create: a management key of a limited one is limited alike where nothing is asked, and refused where more is', () => {
    expect(judge(limited, { permissions: ['hoc:keys.create'] })).toBe(true);
    expect(judge(limited, { permissions: ['hoc:keys.create'], grantable: ['docs:read'] })).toBe(true);
    expect(judge(limited, { permissions: ['hoc:keys.create'], grantable: null })).not.toBe(true);
    expect(judge(limited, { permissions: ['hoc:keys.create'], grantable: ['docs:*'] })).not.toBe(true);
  });
  test('rotate: the new key holds what the old one held, so that must be grantable', () => {
    expect(judge(limited, rotate, keyRow({ permissions: ['docs:read'] }))).toBe(true);
    expect(judge(limited, rotate, keyRow({ permissions: ['docs:read', 'docs:write'] }))).toContain('docs:write');
    expect(judge(limited, rotate, keyRow({ kind: 'MANAGEMENT', permissions: ['hoc:keys.create'], grantable: null }))).not.toBe(true);
  });
  test('update: only what is added is granted; a wider key may be renamed', () => {
    const wide = keyRow({ permissions: ['docs:write'] });
    expect(judge(limited, update({ name: 'other', metadata: {} }), wide)).toBe(true);
    expect(judge(limited, update({ permissions: ['docs:read', 'docs:write'] }), wide)).toBe(true);
    expect(judge(limited, update({ permissions: ['docs:write', 'docs:delete'] }), wide)).toContain('docs:delete');
  });
  test.each([['allowedAddresses', []], ['allowedResources', []], ['expiresAt', null], ['rateLimits', []], ['credits', null], ['maxConcurrent', null]])('update: whoever touches %s of a key must be able to grant all of it', (field, value) => {
    expect(judge(limited, update({ [field]: value }), keyRow({ permissions: ['docs:write'] }))).toContain('docs:write');
    expect(judge(limited, update({ [field]: value }), keyRow({ permissions: ['docs:read'] }))).toBe(true);
  });
  test('update: what a management key may grant counts as it will be, or where nobody touches it, as it is', () => {
    const manager = keyRow({ kind: 'MANAGEMENT', permissions: ['hoc:keys.create'], grantable: ['docs:read'] });
    expect(judge(limited, update({ grantable: ['docs:read', 'img:view'] }), manager)).toContain('img:view');
    expect(judge(limited, update({ grantable: null }), manager)).not.toBe(true);
    expect(judge(limited, update({ grantable: [] }), manager)).toBe(true);
    expect(judge(limited, update({ expiresAt: null }), manager)).toBe(true);
    expect(judge(limited, update({ expiresAt: null }), { ...manager, grantable: ['img:view'] })).toContain('img:view');
  });
  test('a key that does not exist grants nothing: that it is missing is said elsewhere', () => {
    expect(judge(limited, rotate)).toBe(true);
    expect(judge(limited, update({ permissions: ['docs:write'] }))).toBe(true);
  });
});

describe('BI-APIKEY-004', () => {
  const judge = (step: 'revoke' | 'freeze' | 'unfreeze' | 'rotate' | 'undo_rotation', key: KeyRow | null, other: KeyRow | null = null): ReturnType<typeof keyAllowsStep.holds> =>
    keyAllowsStep.holds({ key: key === null ? null : { key, other } }, requestOf({ keyId: 'key_1', step }));

  test('a key that this tenant has not is missing, whatever the step', () => {
    for (const step of ['revoke', 'freeze', 'unfreeze', 'rotate', 'undo_rotation'] as const) expect(judge(step, null)).toEqual(missing('the key does not exist in this tenant'));
  });
  test('a second revoke is told the time of the first', () => {
    expect(judge('revoke', keyRow({ status: 'REVOKED', revokedAt: after(-60) }))).toBe('the key was already revoked at 2025-12-31T23:59:00.000Z');
  });
  test('rotate needs a key that is ACTIVE, unexpired and not itself rotated', () => {
    expect(judge('rotate', keyRow())).toBe(true);
    expect(judge('rotate', keyRow({ status: 'FROZEN' }))).not.toBe(true);
    expect(judge('rotate', keyRow({ expiresAt: after(0) }))).not.toBe(true);
    expect(judge('rotate', keyRow({ rotatedTo: 'key_2' }))).not.toBe(true);
  });
  test('freeze and unfreeze take turns', () => {
    expect(judge('freeze', keyRow())).toBe(true);
    expect(judge('freeze', keyRow({ status: 'FROZEN' }))).not.toBe(true);
    expect(judge('unfreeze', keyRow({ status: 'FROZEN' }))).toBe(true);
    expect(judge('unfreeze', keyRow())).not.toBe(true);
  });
  test('undo_rotation needs the new key of a rotation whose old key is still there', () => {
    const old = keyRow({ id: 'key_0', rotatedTo: 'key_1', expiresAt: after(60) });
    expect(judge('undo_rotation', keyRow({ rotatedFrom: 'key_0' }), old)).toBe(true);
    expect(judge('undo_rotation', keyRow({ rotatedFrom: 'key_0' }), { ...old, expiresAt: after(-1) })).not.toBe(true);
    expect(judge('undo_rotation', keyRow())).not.toBe(true);
  });
});

describe('BI-APIKEY-005', () => {
  const asked = requestOf({ projectId: 'prj_1' });
  test('a key without a project is bound to nothing', () => {
    expect(projectOfKeyIsActive.holds({ project: null }, asked)).toBe(true);
    expect(projectOfKeyIsActive.holds({ project: { projectId: null, project: null } }, asked)).toBe(true);
  });
  test('a project that is named exists in this tenant and is ACTIVE', () => {
    expect(projectOfKeyIsActive.holds({ project: { projectId: 'prj_1', project: projectRow() } }, asked)).toBe(true);
    expect(projectOfKeyIsActive.holds({ project: { projectId: 'prj_1', project: projectRow({ status: 'ARCHIVED' }) } }, asked)).toBe('the project is ARCHIVED');
    expect(projectOfKeyIsActive.holds({ project: { projectId: 'prj_1', project: null } }, asked)).toEqual(missing('the project does not exist in this tenant'));
  });
});

describe.each([['an admin', admin], ['an operator', operator]] as const)('nobody is spared, not %s either', (_who, principal) => {
  const asked = requestOf({ permissions: ['docs:write'] }, { principal });
  const limited: Grantor = { permissions: ['hoc:keys.create'], grantable: ['docs:read'] };
  const frozen = { key: keyRow({ status: 'FROZEN' }), other: null };
  const archived = { projectId: 'prj_1', project: projectRow({ status: 'ARCHIVED' }) };
  test.each([
    [keyOfActiveTenant.id, () => keyOfActiveTenant.holds({ tenant: tenantRow({ status: 'SUSPENDED' }) }, asked), 'the tenant is SUSPENDED'],
    [keysWithinPlan.id, () => keysWithinPlan.holds({ tenant: tenantRow(), liveKeyCount: { kind: 'SERVICE', value: 5 } }, asked), 'the tenant has 5 live service keys'],
    [grantsWithinOwn.id, () => grantsWithinOwn.holds({ grantor: limited, key: null }, asked), 'docs:write'],
    [keyAllowsStep.id, () => keyAllowsStep.holds({ key: frozen }, requestOf({ keyId: 'key_1', step: 'freeze' }, { principal })), 'already frozen'],
    [projectOfKeyIsActive.id, () => projectOfKeyIsActive.holds({ project: archived }, asked), 'the project is ARCHIVED'],
  ])('by %s', (_id, answer, sentence) => {
    expect(answer()).toContain(sentence);
  });
});
