import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { COUNTERS } from '@hoc/l7-models/enums';
import { PLATFORM } from '@hoc/l7-models/platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AT, after, keyRow, OPERATOR, ORGANIZATION, projectRow, tenantRow, tokenRow, violationRow } from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';

describe.each(BACKENDS)('the drivers on %s', (backend) => {
  let testDatabase: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(backend);
    store = storeOf(testDatabase.database);
    await makeTenant(store, 1);
    await makeTenant(store, 2);
  });
  afterAll(() => testDatabase.close());

  test('organizations come back as they were written, and can be locked', async () => {
    const read = await store.read(PLATFORM, ({ organizations }) => organizations.get(ORGANIZATION.id));
    expect(read).toStrictEqual(ORGANIZATION);
    expect(await write(store, PLATFORM, ({ organizations }) => organizations.lockForShare(ORGANIZATION.id))).toStrictEqual(ORGANIZATION);
    expect(await store.read(PLATFORM, ({ organizations }) => organizations.get('org_none'))).toBeNull();
  });

  test('the three plans have the quotas of DOMAIN.md', async () => {
    const plans = await store.read(PLATFORM, (scope) => scope.plans.list());
    expect(plans.map((plan): unknown[] => Object.values(plan))).toStrictEqual([
      ['ENTERPRISE', 100, 10, 100, 50, null],
      ['FREE', 5, 10, 3, 3, 100_000],
      ['PRO', 20, 10, 20, 10, 10_000_000],
    ]);
  });

  test('a tenant under lock carries its plan\'s quotas, and the other fields as they were written', async () => {
    const tenant = tenantRow(1, { status: 'ACTIVE' });
    const quotas = { maxServiceKeys: 5, maxManagementKeys: 10, maxProjects: 3, maxIntegrations: 3, maxVerificationsPerMonth: 100_000 };
    expect(await write(store, tenant.id, ({ tenants }) => tenants.lockForUpdate(tenant.id))).toStrictEqual({ ...tenant, quotas });
    expect(await write(store, tenant.id, ({ tenants }) => tenants.lockForShare(tenant.id))).toStrictEqual({
      id: tenant.id, status: 'ACTIVE', plan: tenant.plan, locator: tenant.locator, quotas: { maxServiceKeys: 5, maxManagementKeys: 10, maxProjects: 3 },
    });
    expect(await store.read(tenant.id, ({ tenants }) => tenants.get(tenant.id))).toStrictEqual(tenant);
  });

  test('a status changes only from the one that was expected', async () => {
    await makeTenant(store, 3);
    const wrong = await write(store, 'tnt_3', ({ tenants }) => tenants.setStatus('tnt_3', 'SUSPENDED', 'ACTIVE', after(50)));
    const right = await write(store, 'tnt_3', ({ tenants }) => tenants.setStatus('tnt_3', 'ACTIVE', 'SUSPENDED', after(60)));
    expect([wrong, right?.status, right?.updatedAt]).toStrictEqual([null, 'SUSPENDED', after(60)]);
  });

  test('tenants are listed the newest first, page by page, by status and organization', async () => {
    const ids = (status?: 'ACTIVE' | 'SUSPENDED') =>
      store.read(PLATFORM, async ({ tenants }) => {
        const first = await tenants.list({ limit: 1, status });
        const last = first.at(-1);
        const rest = last === undefined ? [] : await tenants.list({ limit: 100, status, after: last });
        return [...first, ...rest].map(({ id }) => id);
      });
    expect((await ids()).filter((id) => /^tnt_[123]$/.test(id))).toStrictEqual(['tnt_3', 'tnt_2', 'tnt_1']);
    expect(await ids('SUSPENDED')).toStrictEqual(['tnt_3']);
    expect(await store.read(PLATFORM, ({ tenants }) => tenants.list({ limit: 9, organizationId: 'org_none' }))).toStrictEqual([]);
    expect(await store.read(PLATFORM, ({ tenants }) => tenants.ids('tnt_1', 2))).toStrictEqual(['tnt_2', 'tnt_3']);
  });

  test('a locator goes to who claims it first, and leads there', async () => {
    const claim = (tenantId: string) => write(store, PLATFORM, ({ locators }) => locators.claim('Zz9aB', tenantId, AT));
    expect([await claim('tnt_x'), await claim('tnt_y')]).toStrictEqual([true, false]);
    expect(await store.read(PLATFORM, ({ locators }) => locators.resolve('Zz9aB'))).toBe('tnt_x');
    expect(await store.read(PLATFORM, ({ locators }) => locators.resolve('zz9Ab'))).toBeNull();
  });

  test('counters move, stay at 0 or above, and a move of one that was never opened throws', async () => {
    const move = (tenantId: string, delta: number) => write(store, tenantId, ({ counters }) => counters.add(tenantId, 'LIVE_SERVICE_KEYS', delta));
    expect(await move('tnt_1', 2)).toBe(2);
    await expect(move('tnt_1', -3)).rejects.toMatchObject({ code: '23514' });
    await expect(move('tnt_none', 1)).rejects.toThrow('never opened');
    expect(await write(store, 'tnt_1', ({ counters }) => counters.lock('tnt_1', 'LIVE_SERVICE_KEYS'))).toBe(2);
    expect(await write(store, 'tnt_1', ({ counters }) => counters.lockWithCap('tnt_1', 'LIVE_SERVICE_KEYS'))).toStrictEqual({ value: 2, cap: 5 });
    expect(await store.read('tnt_1', ({ counters }) => counters.list('tnt_1'))).toHaveLength(COUNTERS.length);
  });

  test('a data key comes back as it was written', async () => {
    const key = { tenantId: 'tnt_1', id: 'dek_1', wrapped: 'v1.aaa.bbb', kekId: 'k1', createdAt: AT };
    await write(store, 'tnt_1', ({ dataKeys }) => dataKeys.insert(key));
    expect(await store.read('tnt_1', ({ dataKeys }) => dataKeys.get('tnt_1'))).toStrictEqual(key);
  });

  test('a project is archived once', async () => {
    await write(store, 'tnt_1', ({ projects }) => projects.insert(projectRow('tnt_1', 1)));
    const archive = () => write(store, 'tnt_1', ({ projects }) => projects.archive('tnt_1', 'prj_1', after(99)));
    expect(await archive()).toStrictEqual(projectRow('tnt_1', 1, { status: 'ARCHIVED', updatedAt: after(99) }));
    expect(await archive()).toBeNull();
    expect(await store.read('tnt_1', ({ projects }) => projects.list('tnt_1', { limit: 9, status: 'ACTIVE' }))).toStrictEqual([]);
  });

  test('the project of a key is locked by the key\'s id', async () => {
    await write(store, 'tnt_2', async ({ projects, keys }) => {
      await projects.insert(projectRow('tnt_2', 7));
      await keys.insert(keyRow('tnt_2', 70, { projectId: 'prj_7' }));
      await keys.insert(keyRow('tnt_2', 71));
      expect(await projects.lockForShareOfKey('tnt_2', 'key_70')).toStrictEqual({ projectId: 'prj_7', project: projectRow('tnt_2', 7) });
      expect(await projects.lockForShareOfKey('tnt_2', 'key_71')).toStrictEqual({ projectId: null, project: null });
      expect(await projects.lockForShareOfKey('tnt_2', 'key_none')).toBeNull();
    });
  });

  test('access tokens come back as they were written, and are revoked once', async () => {
    await write(store, PLATFORM, async ({ accessTokens }) => {
      await accessTokens.insert(tokenRow(1));
      await accessTokens.insert(tokenRow(2, { plane: 'int' }));
    });
    const revoke = (at: Date) => write(store, PLATFORM, ({ accessTokens }) => accessTokens.revoke('tok_2', OPERATOR, at));
    expect(await revoke(after(1))).toStrictEqual(tokenRow(2, { plane: 'int', revokedAt: after(1), revokedBy: OPERATOR }));
    expect(await revoke(after(2))).toBeNull();
    await store.read(PLATFORM, async ({ accessTokens }) => {
      expect(await accessTokens.find(['other', 'token-digest-1'])).toStrictEqual(tokenRow(1));
      expect(await accessTokens.countOperators()).toBe(1);
      expect((await accessTokens.list({ limit: 9 })).map(({ id }) => id)).toStrictEqual(['tok_2', 'tok_1']);
    });
    expect(await store.decide.accessTokens.find(['token-digest-1'])).toMatchObject({ id: 'tok_1', isRevoked: false });
  });

  test('the installation is one row, made at the first lock', async () => {
    const checks = { kekChecks: { k1: 'a' }, pepperChecks: { p1: 'b', p2: 'c' } };
    await write(store, PLATFORM, async ({ installation }) => {
      expect((await installation.lock(AT)).kekChecks).toStrictEqual({});
      await installation.save(checks);
    });
    expect(await write(store, PLATFORM, ({ installation }) => installation.lock(after(9)))).toStrictEqual({ id: 'installation', createdAt: AT, ...checks });
  });

  test('a key comes back as it was written, every field of it', async () => {
    const full = keyRow('tnt_1', 1, {
      grantable: ['a:*'], expiresAt: after(1), ownerRef: 'user-1', rotatedTo: 'key_9', rotatedAt: after(2), priorExpiresAt: after(3),
      revokedAt: after(4), revokedBy: OPERATOR, revokedReason: 'r', frozenAt: after(5), frozenBy: OPERATOR, frozenReason: 'f', allowedResources: ['{a,"b"}'],
    });
    await write(store, 'tnt_1', ({ keys }) => keys.insert(full));
    expect(await store.read('tnt_1', ({ keys }) => keys.get('tnt_1', 'key_1'))).toStrictEqual(full);
  });

  test('a key is saved only over the version that was expected', async () => {
    const next = keyRow('tnt_1', 2, { name: 'renamed', status: 'FROZEN', counted: false, version: 2, metadata: {}, permissions: [] });
    await write(store, 'tnt_1', ({ keys }) => keys.insert(keyRow('tnt_1', 2)));
    expect(await write(store, 'tnt_1', ({ keys }) => keys.save(next, 7))).toBeNull();
    expect(await write(store, 'tnt_1', ({ keys }) => keys.save(next, 1))).toStrictEqual(next);
  });

  test('a key is locked together with the key that it was rotated from', async () => {
    const [old, young] = [keyRow('tnt_2', 30), keyRow('tnt_2', 31, { rotatedFrom: 'key_30' })];
    await write(store, 'tnt_2', async ({ keys }) => {
      await keys.insert(old);
      await keys.insert(young);
      expect(await keys.lockForUpdate('tnt_2', 'key_31')).toStrictEqual({ key: young, other: old });
      expect(await keys.lockForUpdate('tnt_2', 'key_30')).toStrictEqual({ key: old, other: null });
      expect(await keys.lockForUpdate('tnt_2', 'key_none')).toBeNull();
    });
  });

  test('keys are listed by every filter, page by page', async () => {
    await makeTenant(store, 4);
    await write(store, 'tnt_4', async ({ keys, projects }) => {
      await projects.insert(projectRow('tnt_4', 1));
      await keys.insert(keyRow('tnt_4', 1, { environment: 'test', kind: 'MANAGEMENT' }));
      await keys.insert(keyRow('tnt_4', 2, { projectId: 'prj_1', createdAt: after(1) }));
      await keys.insert(keyRow('tnt_4', 3, { ownerRef: 'u1', name: '100% off_x' }));
      await keys.insert(keyRow('tnt_4', 4, { status: 'REVOKED', kind: 'MANAGEMENT' }));
    });
    await store.read('tnt_4', async ({ keys }) => {
      const ids = async (filter: object) => (await keys.list('tnt_4', { limit: 9, ...filter })).map(({ id }) => id);
      expect(await ids({})).toStrictEqual(['key_4', 'key_3', 'key_2', 'key_1']);
      expect(await ids({ after: { createdAt: after(1), id: 'key_2' } })).toStrictEqual(['key_1']);
      expect(await ids({ status: 'REVOKED' })).toStrictEqual(['key_4']);
      expect(await ids({ projectId: 'prj_1' })).toStrictEqual(['key_2']);
      expect(await ids({ environment: 'test' })).toStrictEqual(['key_1']);
      expect(await ids({ ownerRef: 'u1' })).toStrictEqual(['key_3']);
      expect(await ids({ namePrefix: '100%' })).toStrictEqual(['key_3']);
      expect(await ids({ namePrefix: '%' })).toStrictEqual([]);
      expect((await keys.firstManagementKey('tnt_4'))?.id).toBe('key_1');
    });
  });

  test('what counts, what settles and what termination revokes are keys of this tenant in the right state', async () => {
    await makeTenant(store, 5);
    await write(store, 'tnt_5', async ({ keys }) => {
      await keys.insert(keyRow('tnt_5', 1));
      await keys.insert(keyRow('tnt_5', 2, { status: 'FROZEN', expiresAt: after(100) }));
      await keys.insert(keyRow('tnt_5', 3, { expiresAt: after(10) }));
      await keys.insert(keyRow('tnt_5', 4, { kind: 'MANAGEMENT', expiresAt: after(10) }));
      await keys.insert(keyRow('tnt_5', 5, { counted: false }));
      await keys.insert(keyRow('tnt_5', 6, { status: 'REVOKED', counted: false }));
    });
    await write(store, 'tnt_5', async ({ keys }) => {
      expect(await keys.countLive('tnt_5', after(10))).toBe(3);
      expect(await keys.countTowardsPlan('tnt_5', after(10))).toStrictEqual({ service: 2, management: 0 });
      expect(await keys.settleExpired('tnt_5', 'SERVICE', after(9))).toBe(0);
      expect(await keys.settleExpired('tnt_5', 'SERVICE', after(10))).toBe(1);
      expect(await keys.settleExpired('tnt_5', 'SERVICE', after(10))).toBe(0);
      expect(await keys.revokeAllLive('tnt_5', OPERATOR, 'gone', after(10))).toBe(3);
      expect(await keys.countLive('tnt_5', after(10))).toBe(0);
    });
    const revoked = await store.read('tnt_5', ({ keys }) => keys.get('tnt_5', 'key_1'));
    expect(revoked).toStrictEqual(
      keyRow('tnt_5', 1, { status: 'REVOKED', counted: false, revokedAt: after(10), revokedBy: OPERATOR, revokedReason: 'gone', updatedAt: after(10), version: 2 }),
    );
  });

  test('a mode replaces the one before it, and one for all tenants is told apart from a tenant\'s own', async () => {
    const setting = { invariantId: 'BI-X-001', mode: 'MONITOR', owner: 'Olga', reason: 'trial', expiresAt: after(60), setBy: OPERATOR, setAt: AT } as const;
    await write(store, PLATFORM, ({ modes }) => modes.put({ ...setting, tenantId: null }));
    await write(store, 'tnt_1', ({ modes }) => modes.put({ ...setting, tenantId: 'tnt_1' }));
    await write(store, 'tnt_1', ({ modes }) => modes.put({ ...setting, tenantId: 'tnt_1', mode: 'ENFORCE', owner: null, expiresAt: null }));
    const both = [{ ...setting, tenantId: null }, { ...setting, tenantId: 'tnt_1', mode: 'ENFORCE', owner: null, expiresAt: null }];
    expect(await store.read(PLATFORM, ({ modes }) => modes.list('BI-X-001'))).toStrictEqual(both);
    expect(await store.read('tnt_1', ({ modes }) => modes.listForTenant('tnt_1'))).toStrictEqual(both);
    expect(await store.read('tnt_2', ({ modes }) => modes.list())).toStrictEqual([both[0]]);
    const tx = await store.begin('tnt_1');
    const { settings } = await tx.governance(['BI-X-001', 'BI-Y-001']);
    await tx.rollback();
    expect(Object.fromEntries(settings.map(({ tenantId, mode }) => [tenantId ?? 'all', mode]))).toStrictEqual({ all: 'MONITOR', tnt_1: 'ENFORCE' });
    expect(settings).toHaveLength(2);
  });

  test('the degraded state is set, read and told to every write', async () => {
    const set = (isDegraded: boolean) =>
      write(store, PLATFORM, ({ degraded }) => degraded.set({ isDegraded, reason: isDegraded ? 'fire' : null, setBy: OPERATOR, setAt: AT }));
    await set(true);
    expect(await store.read('tnt_1', ({ degraded }) => degraded.get())).toStrictEqual({ isDegraded: true, reason: 'fire', setBy: OPERATOR, setAt: AT });
    const tx = await store.begin('tnt_1');
    expect(await tx.governance([])).toStrictEqual({ degraded: { reason: 'fire' }, settings: [] });
    await tx.rollback();
    await set(false);
  });

  test('violations are listed the newest first, by tenant and by invariant', async () => {
    await write(store, 'tnt_1', (_, tx) => tx.recordViolations([violationRow('tnt_1', 1), violationRow('tnt_1', 2)]));
    await write(store, 'tnt_2', (_, tx) => tx.recordViolations([violationRow('tnt_2', 3)]));
    const list = (tenantId?: string, invariantId?: string) => store.read(PLATFORM, ({ violations }) => violations.list({ tenantId, invariantId, limit: 9 }));
    expect(await list()).toStrictEqual([violationRow('tnt_2', 3), violationRow('tnt_1', 2), violationRow('tnt_1', 1)]);
    expect((await list('tnt_1')).map(({ id }) => id)).toStrictEqual(['vio_2', 'vio_1']);
    expect(await list('tnt_1', 'BI-NONE-001')).toStrictEqual([]);
    expect(await store.read('tnt_1', ({ violations }) => violations.list({ limit: 9, after: { at: after(2), id: 'vio_2' } }))).toStrictEqual([violationRow('tnt_1', 1)]);
  });

  test('each scan finds the rows that break its rule, and no other', async () => {
    await makeTenant(store, 6, { status: 'TERMINATED' });
    await write(store, 'tnt_6', async ({ projects, keys }) => {
      await projects.insert(projectRow('tnt_6', 1));
      await projects.insert(projectRow('tnt_6', 2, { status: 'ARCHIVED' }));
      await keys.insert(keyRow('tnt_6', 1, { projectId: 'prj_2' }));
      for (let n = 2; n <= 6; n += 1) await keys.insert(keyRow('tnt_6', n));
      await keys.insert(keyRow('tnt_6', 7, { status: 'REVOKED', projectId: 'prj_2' }));
    });
    await store.read('tnt_6', async ({ scans }) => {
      expect(await scans.projectsOfInactiveTenants('tnt_6')).toStrictEqual([{ subject: 'prj_1', tenantStatus: 'TERMINATED' }]);
      expect(await scans.liveKeysOfInactiveTenants('tnt_6', AT)).toHaveLength(6);
      expect(await scans.liveKeysOfEndedTenant('tnt_6', AT)).toHaveLength(6);
      expect(await scans.tenantsOverKeyPlan('tnt_6', AT)).toStrictEqual([{ subject: 'tnt_6', kind: 'SERVICE', live: 6, allowed: 5 }]);
      expect(await scans.liveKeysOfArchivedProjects('tnt_6', AT)).toStrictEqual([{ subject: 'key_1', projectId: 'prj_2', projectStatus: 'ARCHIVED' }]);
    });
    await store.read('tnt_1', async ({ scans }) => {
      expect(await scans.projectsOfInactiveTenants('tnt_1')).toStrictEqual([]);
      expect(await scans.liveKeysOfInactiveTenants('tnt_1', AT)).toStrictEqual([]);
    });
  });
});
