import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { ONBOARDING_STATES } from '@hoc/l7-models/enums';
import { PLATFORM } from '@hoc/l7-models/platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AT, after, challengeRow, confirmationRow, evidenceRow, keyRow, OPERATOR, projectRow } from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';

describe.each(BACKENDS)('the drivers of onboarding on %s', (backend) => {
  let testDatabase: TestDatabase;
  let store: Store;
  let number = 0;
  /** A tenant of the test's own. */
  const tenant = async (): Promise<string> => (await makeTenant(store, (number += 1))).id;

  beforeAll(async () => {
    testDatabase = await createTestDatabase(backend);
    store = storeOf(testDatabase.database);
  });
  afterAll(() => testDatabase.close());

  test('an onboarding is opened once, and moves only from the state that was expected', async () => {
    const id = await tenant();
    expect(await store.read(id, ({ onboarding }) => onboarding.get(id))).toBeNull();
    await write(store, id, async ({ onboarding }) => {
      await onboarding.open(id, AT);
      await onboarding.open(id, after(5));
    });
    const opened = { tenantId: id, state: 'CREATED', updatedAt: AT, completedAt: null, completedBy: null, forcedReason: null };
    expect(await store.read(id, ({ onboarding }) => onboarding.get(id))).toStrictEqual(opened);
    const advance = () => write(store, id, ({ onboarding }) => onboarding.advance(id, 'CREATED', 'IDENTITY_VERIFIED', after(9)));
    expect(await advance()).toStrictEqual({ ...opened, state: 'IDENTITY_VERIFIED', updatedAt: after(9) });
    expect(await advance()).toBeNull();
  });

  test('beside a counter it tells where it stands, where the counter is there: also of a tenant that has no onboarding', async () => {
    const id = await tenant();
    const standing = (of = id) => store.read(of, ({ onboarding }) => onboarding.getBesideCounter(of, 'LIVE_SERVICE_KEYS'));
    expect(await standing()).toStrictEqual({ state: null });
    await write(store, id, ({ onboarding }) => onboarding.open(id, AT));
    expect(await standing()).toStrictEqual({ state: 'CREATED' });
    await testDatabase.asOwner(`delete from tenant_counters where tenant_id = $1 and counter <> 'LIVE_MANAGEMENT_KEYS'`, [id]);
    expect(await standing()).toBeNull();
    expect(await standing('tnt_none')).toBeNull();
  });

  test('an onboarding is completed once, and says by whom, when and, where it was forced, why', async () => {
    const id = await tenant();
    await write(store, id, ({ onboarding }) => onboarding.open(id, AT));
    const complete = (forcedReason: string | null) =>
      write(store, id, ({ onboarding }) => onboarding.complete(id, 'CREATED', { by: OPERATOR, at: after(7), forcedReason }));
    expect(await complete('the customer called')).toStrictEqual({
      tenantId: id, state: 'COMPLETE', updatedAt: after(7), completedAt: after(7), completedBy: OPERATOR, forcedReason: 'the customer called',
    });
    expect(await complete(null)).toBeNull();
  });

  test.each([
    `state = 'COMPLETE'`, `completed_at = now()`, `forced_reason = 'x'`, `state = 'COMPLETE', completed_at = now()`,
  ])('a row that contradicts itself cannot be stored: %s', async (setting) => {
    const id = await tenant();
    await write(store, id, ({ onboarding }) => onboarding.open(id, AT));
    await expect(testDatabase.asOwner(`update onboarding set ${setting} where tenant_id = '${id}'`)).rejects.toMatchObject({ code: '23514' });
  });

  test('stalled are tenants in use that are not COMPLETE and have not moved, the longest first, page by page', async () => {
    const ids = [];
    for (const [seconds, state] of ONBOARDING_STATES.entries()) {
      const id = await tenant();
      ids.push(id);
      await write(store, id, async ({ onboarding }) => {
        await onboarding.open(id, after(1000 + seconds));
        if (state === 'COMPLETE') await onboarding.complete(id, 'CREATED', { by: OPERATOR, at: after(1004), forcedReason: null });
      });
    }
    const ended = await makeTenant(store, (number += 1), { status: 'TERMINATED' });
    await write(store, ended.id, ({ onboarding }) => onboarding.open(ended.id, after(1000)));
    const list = (filter: object = {}) =>
      store.read(PLATFORM, ({ onboarding }) => onboarding.listStalled({ before: after(1003), limit: 100, ...filter })).then((rows) => rows.filter(({ updatedAt }) => updatedAt >= after(1000)));
    const [first, ...rest] = await list();
    expect(first).toStrictEqual({ tenantId: ids[0], tenantName: `Tenant ${ids[0]?.slice(4)}`, tenantStatus: 'ACTIVE', state: 'CREATED', updatedAt: after(1000) });
    expect(rest.map(({ tenantId }) => tenantId)).toStrictEqual([ids[1], ids[2]]);
    expect((await list({ after: first })).map(({ tenantId }) => tenantId)).toStrictEqual([ids[1], ids[2]]);
  });

  test('evidence of one kind is given once, and comes back as it was written', async () => {
    const id = await tenant();
    const [first, second] = [evidenceRow(id, 1), evidenceRow(id, 2, { kind: 'FORCED', subject: null, step: 'COMPLETE', detail: {} })];
    const add = (row: typeof first) => write(store, id, ({ onboardingEvidence }) => onboardingEvidence.add(row));
    expect([await add(first), await add({ ...first, id: 'evd_9', detail: {} }), await add(second)]).toStrictEqual([true, false, true]);
    await store.read(id, async ({ onboardingEvidence }) => {
      expect(await onboardingEvidence.list(id)).toStrictEqual([first, second]);
      expect(await onboardingEvidence.get(id, 'CONTACT_CONFIRMED')).toStrictEqual(first);
      expect(await onboardingEvidence.get(id, 'SDK_ATTESTED')).toBeNull();
    });
  });

  test('a confirmation is found by any of its digests, and is used once, in time', async () => {
    const id = await tenant();
    const [old, young] = [confirmationRow(id, 1), confirmationRow(id, 2)];
    await write(store, id, async ({ contactConfirmations }) => {
      await contactConfirmations.insert(old);
      await contactConfirmations.insert(young);
    });
    await store.read(id, async ({ contactConfirmations }) => {
      expect(await contactConfirmations.latest(id)).toStrictEqual(young);
      expect([await contactConfirmations.madeSince(id, after(0)), await contactConfirmations.madeSince(id, old.createdAt)]).toStrictEqual([[old.createdAt, young.createdAt], [young.createdAt]]);
      expect(await contactConfirmations.find(id, ['none', old.digest])).toStrictEqual(old);
      expect(await contactConfirmations.find(id, ['none'])).toBeNull();
    });
    const use = (confirmation: typeof old, at: Date) => write(store, id, ({ contactConfirmations }) => contactConfirmations.use(id, confirmation.id, at));
    expect(await use(old, old.expiresAt)).toBeNull();
    expect(await use(old, after(50))).toStrictEqual({ ...old, usedAt: after(50) });
    expect(await use(old, after(51))).toBeNull();
  });

  test('a challenge is answered once, in time, and is locked as an attestation only then', async () => {
    const id = await tenant();
    const challenge = challengeRow(id, 1);
    await write(store, id, async ({ attestationChallenges, keys }) => {
      await keys.insert(keyRow(id, 1));
      await attestationChallenges.insert(challenge);
      await attestationChallenges.insert(challengeRow(id, 2));
      expect(await attestationChallenges.lockAnsweredForShare(id)).toStrictEqual([]);
    });
    expect(await store.read(id, ({ attestationChallenges }) => attestationChallenges.find(id, [challenge.digest]))).toStrictEqual(challenge);
    const use = (at: Date) => write(store, id, ({ attestationChallenges }) => attestationChallenges.use(id, challenge.id, 'key_1', at));
    const answered = { ...challenge, usedAt: after(50), keyId: 'key_1' };
    expect([await use(challenge.expiresAt), await use(after(50)), await use(after(51))]).toStrictEqual([null, answered, null]);
    expect(await write(store, id, ({ attestationChallenges }) => attestationChallenges.lockAnsweredForShare(id))).toStrictEqual([answered]);
  });

  test('what counts as evidence is locked: ACTIVE projects, and service keys that are ACTIVE and not expired', async () => {
    const id = await tenant();
    await write(store, id, async ({ projects, keys }) => {
      await projects.insert(projectRow(id, 1));
      await projects.insert(projectRow(id, 2, { status: 'ARCHIVED' }));
      await keys.insert(keyRow(id, 1, { projectId: 'prj_1' }));
      await keys.insert(keyRow(id, 2, { kind: 'MANAGEMENT' }));
      await keys.insert(keyRow(id, 3, { status: 'FROZEN' }));
      await keys.insert(keyRow(id, 4, { expiresAt: after(60) }));
      await keys.insert(keyRow(id, 5, { status: 'REVOKED' }));
    });
    await write(store, id, async ({ projects, keys }) => {
      expect(await projects.lockActiveForShare(id)).toStrictEqual([projectRow(id, 1)]);
      expect(await keys.lockLiveServiceForShare(id, after(59))).toStrictEqual([
        { id: 'key_1', projectId: 'prj_1', permissions: ['weather:read'], expiresAt: null },
        { id: 'key_4', projectId: null, permissions: ['weather:read'], expiresAt: after(60) },
      ]);
      expect((await keys.lockLiveServiceForShare(id, after(60))).map((key) => key.id)).toStrictEqual(['key_1']);
      expect(await keys.lockForShare(id, 'key_3')).toStrictEqual(keyRow(id, 3, { status: 'FROZEN' }));
      expect(await keys.lockForShare(id, 'key_none')).toBeNull();
    });
  });
});
