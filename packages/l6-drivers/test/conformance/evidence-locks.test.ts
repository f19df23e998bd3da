import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transaction } from '../../src/database/transaction.ts';
import { after, challengeRow, connectorTypeRow, integrationRow, keyRow, OPERATOR, projectRow } from '../rows.ts';
import { makeTenant, storeOf, write, type Store, type Writers } from '../store.ts';

type Take = (tx: Transaction<Writers>) => Promise<unknown>;

const ID = 'tnt_1';
const NOW = after(50);
const validated = { status: 'ENABLED', health: 'HEALTHY', checkedAt: NOW, lastProbeOk: true, probedRevision: 1 } as const;
const keys: Take = ({ scope }) => scope.keys.lockLiveServiceForShare(ID, NOW);
const projects: Take = ({ scope }) => scope.projects.lockActiveForShare(ID);
const integrations: Take = ({ scope }) => scope.integrations.lockValidatedForShare(ID);
const revoke = (n: number): Take => ({ scope }) => scope.keys.save(keyRow(ID, n, { status: 'REVOKED', version: 2 }), 1);
const archive = (n: number): Take => ({ scope }) => scope.projects.archive(ID, `prj_${n}`, NOW);
const disable = (n: number): Take => ({ scope }) => scope.integrations.save(integrationRow(ID, n, { ...validated, status: 'DISABLED', version: 2 }), 1);
const probeFails = (n: number): Take => ({ scope }) =>
  scope.integrations.recordProbe(ID, `int_${n}`, 1, { status: 'ENABLED', health: 'FAILING', healthMessage: '401', lastProbeOk: false, probedRevision: 1, checkedAt: after(60) });

/** One connection cannot wait for itself, so this is about PostgreSQL alone. */
describe('locks on what is evidence, on postgres', () => {
  let testDatabase: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    testDatabase = await createTestDatabase('postgres');
    store = storeOf(testDatabase.database);
    await makeTenant(store, 1);
    await write(store, ID, async (scope) => {
      for (const n of [1, 2]) {
        await scope.keys.insert(keyRow(ID, n));
        await scope.projects.insert(projectRow(ID, n));
        await scope.integrations.insert(integrationRow(ID, n, validated));
        await scope.attestationChallenges.insert(challengeRow(ID, n));
      }
      await scope.attestationChallenges.use(ID, 'att_1', 'key_1', NOW);
    });
  });
  afterAll(() => testDatabase.close());

  const isWaiting = async (answer: Promise<unknown>): Promise<boolean> =>
    (await Promise.race([answer.then(() => 'answered'), sleep(150, 'waiting')])) === 'waiting';

  test.each<readonly [string, Take, Take]>([
    ['a service key is not revoked', keys, revoke(1)],
    ['nor is the other one', keys, revoke(2)],
    ['a single key is not revoked', ({ scope }) => scope.keys.lockForShare(ID, 'key_1'), revoke(1)],
    ['a project is not archived', projects, archive(2)],
    ['an integration is not disabled', integrations, disable(1)],
    ['a probe that failed is not recorded', integrations, probeFails(2)],
    ['a challenge is not answered again', ({ scope }) => scope.attestationChallenges.lockAnsweredForShare(ID), async ({ scope }) => {
      // No statement of the drivers does that; the lock would stop one.
      await scope.sql.run({ name: 'test.answer_again', text: `update attestation_challenges set key_id = 'key_2' where tenant_id = $1 and id = 'att_1'` }, [ID]);
    }],
    ['a connector type is not changed', ({ scope }) => scope.connectorTypes.lockForShare('OPENAI'), ({ scope }) => scope.connectorTypes.put(connectorTypeRow({ name: 'OPENAI' }))],
  ])('while it is evidence, %s; others may rely on it too', async (_, rely, change) => {
    const [one, two, changing] = [await store.begin(ID), await store.begin(ID), await store.begin(ID)];
    await rely(one);
    expect(await isWaiting(rely(two))).toBe(false);
    const changed = change(changing);
    expect(await isWaiting(changed)).toBe(true);
    await Promise.all([one.rollback(), two.rollback()]);
    await changed;
    await changing.rollback();
  });

  test.each<readonly [string, Take, Take, string]>([
    ['key is revoked', revoke(1), keys, 'key_2'],
    ['project is archived', archive(1), projects, 'prj_2'],
    ['integration is disabled', disable(1), integrations, 'int_2'],
    ['probe fails', probeFails(1), integrations, 'int_2'],
  ])('whoever waited while one %s is answered with what is left, for as long as it relies on it', async (_, change, rely, left) => {
    const [changing, relying] = [await store.begin(ID), await store.begin(ID)];
    await change(changing);
    const answer = rely(relying);
    expect(await isWaiting(answer)).toBe(true);
    await changing.commit();
    expect(await answer).toMatchObject([{ id: left }]);
    await relying.rollback();
    // As it was, for the next.
    await testDatabase.asOwner(`update api_keys set status = 'ACTIVE', version = 1`);
    await testDatabase.asOwner(`update projects set status = 'ACTIVE'`);
    await testDatabase.asOwner(`update integrations set status = 'ENABLED', last_probe_ok = true, probed_revision = 1, checked_at = $1, version = 1`, [NOW]);
  });

  test.each<readonly [string, Take]>([
    ['an integration', ({ scope }) => scope.integrations.lockForUpdate(ID, 'int_1')],
    ['a connector type', ({ scope }) => scope.connectorTypes.lockForUpdate('HTTP')],
    ['the counter of integrations', ({ scope }) => scope.counters.lockWithCap(ID, 'LIVE_INTEGRATIONS')],
  ])('%s is locked by one at a time', async (_, take) => {
    const [holder, other] = [await store.begin(ID), await store.begin(ID)];
    await take(holder);
    const taken = take(other);
    expect(await isWaiting(taken)).toBe(true);
    await holder.rollback();
    await taken;
    await other.rollback();
  });

  test('events that are inserted wait for nobody who holds the tenant: they refer to no row of it', async () => {
    const [holder, telling] = [await store.begin(ID), await store.begin(ID)];
    await holder.scope.tenants.lockForUpdate(ID);
    const told = telling.appendEvents([{ type: 'a', payload: { by: OPERATOR.id } }], { requestId: 'req', seq: 1, at: NOW });
    expect(await isWaiting(told)).toBe(false);
    await Promise.all([holder.rollback(), telling.rollback()]);
  });
});
