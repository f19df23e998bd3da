import { BACKENDS, createTestDatabase, type TestDatabase } from '@hoc/testbed/databases';
import { DISTRIBUTION } from '@hoc/l7-models/distribution';
import { KEY_VERDICTS } from '@hoc/l7-models/enums';
import { PLATFORM } from '@hoc/l7-models/platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeyReader } from '../../src/api-keys/keys.driver.ts';
import type { Param, Sql, Statement } from '../../src/database/sql.ts';
import { takeAll } from '../../src/metering/take.ts';
import { writeUsage } from '../../src/usage/usage-flush.ts';
import { slotsOf, takingOf, windowOf } from '../metering/takings.ts';
import {
  AT, after, challengeRow, confirmationRow, dataKeyRow, deadLetterRow, endpointRow, entryRow, evidenceRow, integrationRow, keyRow, OPERATOR, originOf,
  projectRow, violationRow,
} from '../rows.ts';
import { makeTenant, storeOf, write, type Store } from '../store.ts';

/** What verification writes for all tenants, in sessions of its own. */
const METERED = ['rate_windows', 'key_credits', 'key_slots', 'key_leases', 'usage_hours', 'key_activity'];
/** A lease that has ended is deleted; nothing else is. */
const DELETED = ['key_leases'];
const TENANT_TABLES = Object.entries(DISTRIBUTION).flatMap(([table, kind]) => (kind === 'tenant' ? [table] : []));

/** Sends every statement as if the application had no tenant filter of its own. */
class Unfiltered implements Sql {
  readonly #sql: Sql;
  constructor(sql: Sql) {
    this.#sql = sql;
  }
  run<Row extends object>({ name, text }: Statement, params: readonly Param[]): Promise<Row[]> {
    const without = text.replace('where tenant_id = $1', 'where $1::text is not null');
    if (without === text) throw new Error(`${name} has no filter to remove`);
    return this.#sql.run({ name: `${name}!`, text: without }, params);
  }
}

describe.each(BACKENDS)('row-level security on %s', (backend) => {
  let testDatabase: TestDatabase;
  let store: Store;
  let number = 0;
  /** A statement of the test's own. */
  const adHoc = (text: string): Statement => ({ name: `test.${(number += 1)}`, text });

  beforeAll(async () => {
    testDatabase = await createTestDatabase(backend);
    store = storeOf(testDatabase.database);
    for (const n of [1, 2]) {
      const { id } = await makeTenant(store, n);
      await write(store, id, async (scope, tx) => {
        const { projects, keys, modes, dataKeys } = scope;
        await projects.insert(projectRow(id, n));
        await keys.insert(keyRow(id, n));
        await dataKeys.insert(dataKeyRow(id, n));
        await modes.put({ tenantId: id, invariantId: 'BI-X-001', mode: 'MONITOR', owner: 'o', reason: 'r', expiresAt: after(9), setBy: OPERATOR, setAt: AT });
        await tx.appendAudit(entryRow(1));
        await tx.appendEvents([{ type: 'api_key.created', payload: { id: `key_${n}` } }], originOf(1));
        await scope.onboarding.open(id, AT);
        await scope.onboardingEvidence.add(evidenceRow(id, n));
        await scope.contactConfirmations.insert(confirmationRow(id, n));
        await scope.attestationChallenges.insert(challengeRow(id, n));
        await scope.integrations.insert(integrationRow(id, n));
        await scope.webhookEndpoints.insert(endpointRow(id, n));
        await scope.deadLetters.bury(deadLetterRow(id, `whk_${n}`));
        await scope.consumerCursors.move(id, 'MAIL', { seq: 0, ordinal: 0 }, { cursorSeq: 1, cursorOrdinal: 1, attempts: 0, nextAttemptAt: null });
        await scope.credits.set(id, `key_${n}`, 5, AT);
        await tx.recordViolations([violationRow(id, n)]);
        await tx.claimIdempotency({ principalId: 'p', operation: 'o', key: 'k', fingerprint: 'f', now: AT, expiresAt: after(9) });
      });
      const meters = [windowOf(5, 1000), slotsOf(`key_${n}`, 1)];
      await takeAll(testDatabase.database.meters, [takingOf(meters, { tenantId: id, keyId: `key_${n}`, lease: { id: `lse_${n}`, seconds: 9 } })]);
      await writeUsage(testDatabase.database.meters, [{ tenantId: id, keyId: `key_${n}`, hour: 1, counts: KEY_VERDICTS.map(() => 1), lastUsedMs: 1, address: null }]);
    }
  });
  afterAll(() => testDatabase.close());

  test.each(TENANT_TABLES)('%s: a tenant sees its own rows only, and without a tenant nobody sees any', async (table) => {
    const seen = (tenantId: string) => store.read(tenantId, ({ sql }) => sql.run<{ tenantId: string }>(adHoc(`select tenant_id as "tenantId" from ${table}`), []));
    const all = await testDatabase.asOwner<{ tenant_id: string }>(`select tenant_id from ${table}`);
    expect(new Set(all.map((row) => row.tenant_id))).toStrictEqual(new Set(['tnt_1', 'tnt_2']));
    expect(new Set((await seen('tnt_1')).map(({ tenantId }) => tenantId))).toStrictEqual(new Set(['tnt_1']));
    const session = await testDatabase.database.session();
    try {
      expect(await session.run(adHoc(`select 1 from ${table}`), [])).toStrictEqual([]);
    } finally {
      session.release(true);
    }
  });

  test.each(TENANT_TABLES)('%s: another tenant\'s rows cannot be changed, added or deleted', async (table) => {
    const before = await testDatabase.asOwner(`select * from ${table} order by 1, 2`);
    const columns = await testDatabase.asOwner<{ name: string; granted: boolean }>(
      `select attname as name, has_column_privilege('hoc_app', attrelid, attnum, 'update') as granted from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
      [table],
    );
    const granted = columns.find((column) => column.granted);
    if (granted !== undefined) {
      const changed = await write(store, 'tnt_1', ({ sql }) =>
        sql.run(adHoc(`update ${table} set ${granted.name} = ${granted.name} where tenant_id = 'tnt_2' returning 1`), []),
      );
      expect(changed).toStrictEqual([]);
    }
    const deleted: unknown = await write(store, 'tnt_1', ({ sql }) => sql.run(adHoc(`delete from ${table} where tenant_id = 'tnt_2' returning 1`), [])).catch((error: unknown) => error);
    if (DELETED.includes(table)) expect(deleted).toStrictEqual([]);
    else expect(deleted).toMatchObject({ code: '42501' });
    const row = await testDatabase.asOwner<{ json: string }>(`select to_jsonb(t)::text as json from ${table} as t where tenant_id = 'tnt_2' limit 1`);
    const copied = write(store, 'tnt_1', ({ sql }) => sql.run(adHoc(`insert into ${table} select * from jsonb_populate_record(null::${table}, $1::jsonb)`), [row[0]?.json ?? null]));
    await expect(copied).rejects.toMatchObject({ code: '42501' });
    expect(await testDatabase.asOwner(`select * from ${table} order by 1, 2`)).toStrictEqual(before);
  });

  test('with the application\'s tenant filter removed, a driver still finds nothing of another tenant', async () => {
    const asked = await store.read('tnt_1', async ({ sql }) => {
      const keys = new ApiKeyReader(new Unfiltered(sql));
      return { other: await keys.get('tnt_1', 'key_2'), own: await keys.get('tnt_1', 'key_1'), list: await keys.list('tnt_1', { limit: 9 }) };
    });
    expect(asked.other).toBeNull();
    expect(asked.own?.id).toBe('key_1');
    expect(asked.list.map(({ id }) => id)).toStrictEqual(['key_1']);
  });

  test('operators see tenants, onboarding, violations and modes of all, and nothing else', async () => {
    for (const table of TENANT_TABLES) {
      const rows = await store.read(PLATFORM, ({ sql }) => sql.run(adHoc(`select 1 from ${table} where tenant_id <> 'platform'`), []));
      expect([table, rows.length > 0]).toStrictEqual([table, ['tenants', 'onboarding', 'violations', 'invariant_modes'].includes(table)]);
    }
    await expect(write(store, PLATFORM, ({ tenants }) => tenants.setStatus('tnt_1', 'ACTIVE', 'SUSPENDED', AT))).resolves.toBeNull();
    await expect(write(store, PLATFORM, ({ onboarding }) => onboarding.advance('tnt_1', 'CREATED', 'IDENTITY_VERIFIED', AT))).resolves.toBeNull();
  });

  test('a session that takes from meters sees those and usage, of all tenants, and nothing else', async () => {
    const { meters } = testDatabase.database;
    for (const table of TENANT_TABLES) {
      const rows = await meters.run<{ tenantId: string }>(adHoc(`select distinct tenant_id as "tenantId" from ${table} order by 1`), []);
      expect([table, rows.map(({ tenantId }) => tenantId)]).toStrictEqual([table, METERED.includes(table) ? ['tnt_1', 'tnt_2'] : []]);
    }
    expect(await meters.run(adHoc(`update api_keys set name = 'x' returning 1`), [])).toStrictEqual([]);
    // And the setting ends with the session, or with its transaction.
    for (const table of METERED) expect(await testDatabase.database.truth.run(adHoc(`select 1 from ${table}`), [])).toStrictEqual([]);
  });

  test('a tenant cannot make another tenant', async () => {
    const tenant = { id: 'tnt_9', organizationId: 'org_1', name: 'n', plan: 'FREE', status: 'ACTIVE', locator: 'loc1', contactEmail: 'e', createdAt: AT, updatedAt: AT, rateLimits: [], ownerRateLimits: [] } as const;
    await expect(write(store, 'tnt_1', ({ tenants }) => tenants.insert(tenant))).rejects.toMatchObject({ code: '42501' });
  });

  test.each([
    'update audit_entries set outcome = outcome', 'delete from audit_entries', 'truncate audit_entries', 'update violations set message = message',
    'delete from violations', 'delete from audit_heads', "update api_keys set tenant_id = 'tnt_2'", "update api_keys set public_id = 'x'",
    'drop table violations', 'alter table api_keys disable row level security', 'drop policy api_keys_own on api_keys',
    "insert into plans values ('X', 1, 1, 1, 1, 1)", 'update plans set max_projects = 9', 'delete from tenant_locators', 'select * from hoc_migrations',
    'update onboarding_evidence set detail = detail', 'delete from onboarding_evidence', 'update outbox_events set payload = payload', 'delete from outbox_events',
    'delete from onboarding', 'delete from integrations', "update integrations set connector_type = 'HTTP'", 'delete from webhook_dead_letters',
    'update contact_confirmations set expires_at = now()', 'update attestation_challenges set expires_at = now()', 'delete from leases', 'delete from connector_types',
    'delete from rate_windows', 'delete from key_credits', "update key_credits set meter_id = 'key_2'", 'delete from key_slots', "update key_leases set key_id = 'key_2'",
    'delete from usage_hours', 'truncate usage_hours', 'select * from usage_hours_rest', 'drop table usage_hours_rest', 'update usage_hours set hour = now()',
    'delete from key_activity', "update api_keys set meter_id = 'key_2'", 'create or replace function hoc_meter_clock() returns bigint language sql as $$ select 0::bigint $$',
  ])('the application\'s role may not: %s', async (text) => {
    await expect(write(store, 'tnt_1', ({ sql }) => sql.run(adHoc(text), []))).rejects.toMatchObject({ code: '42501' });
  });

  test('statements run under the role that cannot bypass row-level security, also after an error', async () => {
    const role = () =>
      store.read('tnt_1', ({ sql }) =>
        sql.run(adHoc('select current_user::text as role, rolbypassrls or rolsuper as bypasses from pg_roles where rolname = current_user'), []),
      );
    await expect(store.read('tnt_1', ({ sql }) => sql.run(adHoc('select 1 / 0'), []))).rejects.toMatchObject({ code: '22012' });
    expect(await role()).toStrictEqual([{ role: 'hoc_app', bypasses: false }]);
  });

  test('a tenant does not outlive its transaction on the connection', async () => {
    await store.read('tnt_1', ({ tenants }) => tenants.get('tnt_1'));
    const session = await testDatabase.database.session();
    try {
      expect(await session.run(adHoc('select tenant_id from tenants'), [])).toStrictEqual([]);
    } finally {
      session.release(true);
    }
  });

  test('what a tenant is called cannot break out of the setting', async () => {
    const name = `x'; reset role; --\\"`;
    expect(await store.read(name, ({ sql }) => sql.run(adHoc(`select current_setting('hoc.tenant') as tenant`), []))).toStrictEqual([{ tenant: name }]);
  });

  test('the truth about keys spans tenants and cannot write', async () => {
    const { truth } = testDatabase.database;
    expect((await truth.run<{ id: string }>(adHoc('select id from api_keys order by id'), [])).map(({ id }) => id)).toStrictEqual(['key_1', 'key_2']);
    expect(await truth.run(adHoc('select 1 from audit_entries'), [])).toStrictEqual([]);
    await expect(truth.run(adHoc('update tenants set name = name'), [])).rejects.toMatchObject({ code: '25006' });
    expect(await truth.run(adHoc('select 1 as one'), [])).toStrictEqual([{ one: 1 }]);
  });
});
