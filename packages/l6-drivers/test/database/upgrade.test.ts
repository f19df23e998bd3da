import { readMigrationFiles } from 'drizzle-orm/migrator';
import { migrationsFolder } from '@hoc/l7-models/migrations';
import { createEmptyPostgres } from '@hoc/testbed/databases';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { migratePglite, migratePostgres } from '../../src/database/migrate.ts';
import { openPglite, startPglite } from '../../src/database/pglite.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { UsageRecorder } from '../../src/usage/usage-recorder.ts';
import { storeOf, write } from '../store.ts';

type Exec = (text: string, params?: unknown[]) => Promise<unknown>;

/** The tables as a release left them: the first one is 0. */
async function makeRelease(exec: Exec, release: number): Promise<void> {
  await exec('create table hoc_migrations (at bigint not null, hash text not null, constraint hoc_migrations_pk primary key (at))');
  for (const { sql, folderMillis, hash } of readMigrationFiles({ migrationsFolder: migrationsFolder() }).slice(0, release + 1)) {
    for (const statement of sql) await exec(statement);
    await exec('insert into hoc_migrations (at, hash) values ($1, $2)', [folderMillis, hash]);
  }
}

/** The database as the first release left it, with a tenant in every state, the counters that it knew, and a key. */
async function makeOld(exec: Exec): Promise<void> {
  await makeRelease(exec, 0);
  await exec(`insert into organizations values ('org_1', 'Weather Inc.', '2026-01-01T00:00:00Z')`);
  for (const [n, status] of ['CREATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED'].entries()) {
    await exec(`insert into tenant_locators values ($1, $2, '2026-01-01T00:00:00Z')`, [`loc${n}`, `tnt_${n}`]);
    await exec(`insert into tenants values ($1, 'org_1', 'n', 'FREE', $2, $3, 'ops@example.com', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')`, [`tnt_${n}`, status, `loc${n}`]);
    if (status === 'CREATING') continue;
    await exec(`insert into tenant_counters select $1, name, 1 from unnest(array['LIVE_SERVICE_KEYS', 'LIVE_MANAGEMENT_KEYS', 'ACTIVE_PROJECTS']) as name`, [`tnt_${n}`]);
  }
}

/** What each release added to what those hold who hold everything: the first one is what it began with. */
const OPERATOR_PERMISSIONS: readonly (readonly string[])[] = [
  [
    'hoc:organizations.create', 'hoc:tenants.create', 'hoc:tenants.provision', 'hoc:tenants.read', 'hoc:tenants.suspend', 'hoc:tenants.resume', 'hoc:tenants.terminate',
    'hoc:tenants.archive', 'hoc:keys.create', 'hoc:tokens.create', 'hoc:tokens.read', 'hoc:tokens.revoke', 'hoc:governance.read', 'hoc:governance.write',
  ],
  ['hoc:onboarding.read', 'hoc:onboarding.force', 'hoc:integrations.read', 'hoc:integrations.write', 'hoc:connectors.read', 'hoc:connectors.write', 'hoc:data-keys.rewrap'],
  ['hoc:usage.read', 'hoc:tenants.limit'],
];
const MANAGEMENT_PERMISSIONS: readonly (readonly string[])[] = [
  [
    'hoc:keys.create', 'hoc:keys.read', 'hoc:keys.update', 'hoc:keys.revoke', 'hoc:keys.rotate', 'hoc:keys.freeze', 'hoc:projects.create',
    'hoc:projects.read', 'hoc:projects.archive', 'hoc:tenant.read', 'hoc:audit.read',
  ],
  ['hoc:onboarding.read', 'hoc:onboarding.write', 'hoc:integrations.read', 'hoc:integrations.write', 'hoc:integrations.credentials', 'hoc:webhooks.read', 'hoc:webhooks.write'],
  ['hoc:usage.read', 'hoc:limits.write'],
];

/** Tokens and keys of a release: what each held, and what it is to get, by the releases that a key gets it with. */
const holdersOf = (release: number) => {
  const [operator, management] = [holdingOf(OPERATOR_PERMISSIONS, release), holdingOf(MANAGEMENT_PERMISSIONS, release)];
  return {
    tokens: [
      { id: 'tok_full', plane: 'fdr', held: operator.held, isRevoked: false, gets: operator.gets.flat() },
      { id: 'tok_full_in_another_order', plane: 'fdr', held: operator.held.toReversed(), isRevoked: false, gets: operator.gets.flat() },
      ...operator.held.map((without) => ({ id: `tok_without_${without}`, plane: 'fdr', held: operator.held.filter((one) => one !== without), isRevoked: false, gets: [] })),
      { id: 'tok_revoked', plane: 'fdr', held: operator.held, isRevoked: true, gets: [] },
      { id: 'tok_gateway', plane: 'int', held: ['hoc:keys.verify'], isRevoked: false, gets: [] },
    ],
    keys: [
      { id: 'key_full', kind: 'MANAGEMENT', status: 'ACTIVE', held: management.held, gets: management.gets },
      { id: 'key_full_and_more', kind: 'MANAGEMENT', status: 'ACTIVE', held: ['docs:read', ...management.held], gets: management.gets },
      { id: 'key_frozen', kind: 'MANAGEMENT', status: 'FROZEN', held: management.held, gets: management.gets },
      ...management.held.map((without) => ({ id: `key_without_${without}`, kind: 'MANAGEMENT', status: 'ACTIVE', held: management.held.filter((one) => one !== without), gets: [] })),
      { id: 'key_revoked', kind: 'MANAGEMENT', status: 'REVOKED', held: management.held, gets: [] },
      { id: 'key_service', kind: 'SERVICE', status: 'ACTIVE', held: ['docs:read'], gets: [] },
    ],
  } as const;
};

/** What was held in a release by those who held everything, and what each later one gives them. */
const holdingOf = (added: readonly (readonly string[])[], release: number) => ({ held: added.slice(0, release + 1).flat(), gets: added.slice(release + 1) });

async function makeHolders(exec: Exec, release: number): Promise<void> {
  const holders = holdersOf(release);
  for (const { id, plane, held, isRevoked } of holders.tokens) {
    await exec(`insert into access_tokens values ($1, $2, 'n', $3, $1, $1, 'p1', '{}', '2026-01-01T00:00:00Z', $4, null)`, [id, plane, held, isRevoked ? '2026-01-02T00:00:00Z' : null]);
  }
  for (const { id, kind, status, held } of holders.keys) {
    await exec(
      `insert into api_keys (tenant_id, id, kind, name, environment, public_id, digest, pepper_id, status, permissions, grantable, allowed_resources, allowed_addresses,
         metadata, created_by, counted, created_at, updated_at, version)
       values ('tnt_1', $1, $2, 'n', 'live', $1, $1, 'p1', $3, $4, '{"docs:*"}', '{}', '{}', '{}', '{}', true, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 3)`,
      [id, kind, status, held],
    );
  }
}

/** Whoever held the whole list holds what is new; a narrower one keeps what it has. */
async function expectPermissions(database: Database, release: number): Promise<void> {
  const holders = holdersOf(release);
  await storeOf(database).read('tnt_1', async ({ accessTokens, keys }) => {
    for (const { id, held, gets } of holders.tokens) {
      expect({ id, permissions: (await accessTokens.get(id))?.permissions }).toStrictEqual({ id, permissions: [...held, ...gets] });
    }
    for (const { id, held, gets } of holders.keys) {
      const key = await keys.get('tnt_1', id);
      const isTold = key !== null && key.updatedAt.getTime() > key.createdAt.getTime();
      expect({ id, permissions: key?.permissions, grantable: key?.grantable, version: key?.version, meterId: key?.meterId, isTold }).toStrictEqual({
        id, permissions: [...held, ...gets.flat()], grantable: ['docs:*'], version: 3 + gets.length, meterId: id, isTold: gets.length > 0,
      });
    }
  });
}

async function expectUpgraded(database: Database): Promise<void> {
  const store = storeOf(database);
  for (const n of [1, 2, 3, 4]) {
    const id = `tnt_${n}`;
    await store.read(id, async ({ onboarding, counters, tenants }) => {
      const opened = { tenantId: id, state: 'CREATED', updatedAt: new Date('2026-01-02T00:00:00Z'), completedAt: null, completedBy: null, forcedReason: null };
      expect(await onboarding.get(id)).toStrictEqual(opened);
      expect(Object.fromEntries((await counters.list(id)).map(({ counter, value }) => [counter, value]))).toStrictEqual({
        LIVE_SERVICE_KEYS: 1, LIVE_MANAGEMENT_KEYS: 1, ACTIVE_PROJECTS: 1, LIVE_INTEGRATIONS: 0,
      });
      expect(await tenants.get(id)).not.toBeNull();
    });
  }
  // What is CREATING is opened when it is provisioned, as any other.
  await store.read('tnt_0', async ({ onboarding, counters }) => {
    expect([await onboarding.get('tnt_0'), await counters.list('tnt_0')]).toStrictEqual([null, []]);
  });
  expect(await write(store, 'tnt_1', ({ counters }) => counters.add('tnt_1', 'LIVE_INTEGRATIONS', 1))).toBe(1);
  expect(await write(store, 'tnt_1', ({ onboarding }) => onboarding.advance('tnt_1', 'CREATED', 'IDENTITY_VERIFIED', new Date()))).not.toBeNull();
}

test('a PostgreSQL of the first release is brought up to date with its tenants, once', async () => {
  const { url, drop } = await createEmptyPostgres();
  try {
    const owner = new Client({ connectionString: url });
    await owner.connect();
    await makeOld((text, params) => owner.query(text, params));
    await makeHolders((text, params) => owner.query(text, params), 0);
    await owner.end();
    await Promise.all([migratePostgres(url), migratePostgres(url)]);
    const database = openPostgres({ url });
    await expectUpgraded(database);
    await expectPermissions(database, 0);
    await database.close();
  } finally {
    await drop();
  }
});

test('an embedded database of the first release is brought up to date with its tenants', async () => {
  const pglite = await startPglite(null);
  await makeOld((text, params) => pglite.query(text, params));
  await makeHolders((text, params) => pglite.query(text, params), 0);
  await migratePglite(pglite);
  await migratePglite(pglite);
  const database = await openPglite(pglite);
  await expectUpgraded(database);
  await expectPermissions(database, 0);
  await database.close();
});

test('whoever held every permission of the release before holds every one of this, and a narrower one keeps what it has', async () => {
  const pglite = await startPglite(null);
  const exec: Exec = (text, params) => pglite.query(text, params);
  await makeRelease(exec, 1);
  await exec(`insert into organizations values ('org_1', 'Weather Inc.', '2026-01-01T00:00:00Z')`);
  await exec(`insert into tenant_locators values ('loc1', 'tnt_1', '2026-01-01T00:00:00Z')`);
  await exec(`insert into tenants values ('tnt_1', 'org_1', 'n', 'FREE', 'ACTIVE', 'loc1', 'ops@example.com', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')`);
  await makeHolders(exec, 1);
  await migratePglite(pglite);
  const database = await openPglite(pglite);
  await expectPermissions(database, 1);
  await database.close();
});

test('keys that were rotated before there were meters draw from those of the first of them', async () => {
  const pglite = await startPglite(null);
  const exec: Exec = (text, params) => pglite.query(text, params);
  await makeRelease(exec, 1);
  await exec(`insert into organizations values ('org_1', 'Weather Inc.', '2026-01-01T00:00:00Z')`);
  for (const n of [1, 2]) {
    await exec(`insert into tenant_locators values ($1, $2, '2026-01-01T00:00:00Z')`, [`loc${n}`, `tnt_${n}`]);
    await exec(`insert into tenants values ($1, 'org_1', 'n', 'FREE', 'ACTIVE', $2, 'ops@example.com', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')`, [`tnt_${n}`, `loc${n}`]);
  }
  // Of two tenants, for nothing says that an id is one tenant's alone. A rotation that was undone and made again has two keys after one.
  const rotatedFrom = { key_1: null, key_2: 'key_1', key_3: 'key_2', key_3_again: 'key_2', key_other: null, key_other_2: 'key_other' } as const;
  for (const tenantId of ['tnt_1', 'tnt_2']) {
    for (const [id, from] of Object.entries(rotatedFrom)) {
      await exec(
        `insert into api_keys (tenant_id, id, kind, name, environment, public_id, digest, pepper_id, status, permissions, allowed_resources, allowed_addresses,
           metadata, created_by, rotated_from, counted, created_at, updated_at, version)
         values ($1, $2, 'SERVICE', 'n', 'live', $3, $3, 'p1', 'ACTIVE', '{}', '{}', '{}', '{}', '{}', $4, true, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 3)`,
        [tenantId, id, `${tenantId}${id}`, from],
      );
    }
  }
  await migratePglite(pglite);
  const { rows } = await pglite.query('select tenant_id, id, meter_id, version from api_keys order by tenant_id, id collate "C"');
  const drawsFrom = { key_1: 'key_1', key_2: 'key_1', key_3: 'key_1', key_3_again: 'key_1', key_other: 'key_other', key_other_2: 'key_other' };
  expect(rows).toStrictEqual(['tnt_1', 'tnt_2'].flatMap((tenant) => Object.entries(drawsFrom).map(([id, meter]) => ({ tenant_id: tenant, id, meter_id: meter, version: 3 }))));
  await pglite.close();
});

test('usage that was counted before a key had an open hour stays as it was, and goes on', async () => {
  const pglite = await startPglite(null);
  const exec: Exec = (text, params) => pglite.query(text, params);
  await makeRelease(exec, 3);
  await exec(`insert into usage_hours values ('tnt_1', 'key_1', '2026-01-01T05:00:00Z', 'EXPIRED', 2), ('tnt_1', 'key_1', '2026-01-01T05:00:00Z', 'VALID', 3)`);
  await exec(`insert into key_activity values ('tnt_1', 'key_1', '2026-01-01T05:06:07Z', '192.0.2.0/24', 3)`);
  await migratePglite(pglite);
  const database = await openPglite(pglite);
  const recorder = new UsageRecorder(database);
  const told = (): Promise<unknown> => storeOf(database).read('tnt_1', async ({ usage }) => {
    const counts = await usage.counts('tnt_1', { keyId: 'key_1', from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-01-02T00:00:00Z'), bucket: 'HOUR' });
    return [counts.map(({ verdict, count }) => [verdict, count]), await usage.activityOf('tnt_1', ['key_1'])];
  });
  const used = { tenantId: 'tnt_1', keyId: 'key_1', lastUsedAt: new Date('2026-01-01T05:06:07Z'), lastAddress: '192.0.2.0/24', verifications: 3 };
  expect(await told()).toStrictEqual([[['EXPIRED', 2], ['VALID', 3]], [used]]);
  for (const at of [new Date('2026-01-01T05:30:00Z'), new Date('2026-01-01T06:00:00Z')]) {
    recorder.record({ tenantId: 'tnt_1', keyId: 'key_1', verdict: 'VALID', at, address: null });
    await recorder.flush();
  }
  expect(await told()).toStrictEqual([[['EXPIRED', 2], ['VALID', 4], ['VALID', 1]], [{ ...used, lastUsedAt: new Date('2026-01-01T06:00:00Z'), verifications: 5 }]]);
  await database.close();
});
