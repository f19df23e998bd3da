import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newAccessToken } from '@hoc/l5-engines/account/access-token';
import { CUS_PERMISSIONS, FDR_PERMISSIONS } from '@hoc/l5-engines/api-keys/permissions-catalog';
import type { Vault } from '@hoc/l5-engines/scope';
import { migratePostgres } from '@hoc/l6-drivers/database/migrate';
import { openPostgres } from '@hoc/l6-drivers/database/postgres';
import { migrationsFolder } from '@hoc/l7-models/migrations';
import { expectOk } from '@hoc/testbed/composed';
import { askPostgres, createEmptyPostgres } from '@hoc/testbed/databases';
import { testVault } from '@hoc/testbed/vault';
import { expect, test } from 'vitest';
import { compose } from '../src/compose.ts';

/** What the first release gave those who were to hold everything. Never changed: a later permission is added by a migration. */
const FIRST_OPERATOR = [
  'hoc:organizations.create', 'hoc:tenants.create', 'hoc:tenants.provision', 'hoc:tenants.read', 'hoc:tenants.suspend', 'hoc:tenants.resume', 'hoc:tenants.terminate',
  'hoc:tenants.archive', 'hoc:keys.create', 'hoc:tokens.create', 'hoc:tokens.read', 'hoc:tokens.revoke', 'hoc:governance.read', 'hoc:governance.write',
];
const FIRST_MANAGEMENT = [
  'hoc:keys.create', 'hoc:keys.read', 'hoc:keys.update', 'hoc:keys.revoke', 'hoc:keys.rotate', 'hoc:keys.freeze', 'hoc:projects.create', 'hoc:projects.read',
  'hoc:projects.archive', 'hoc:tenant.read', 'hoc:audit.read',
];

test('whoever held every permission of the first release holds every one of this, and can give them on; a narrower operator holds no more than before', async () => {
  const { url, drop } = await createEmptyPostgres();
  const vault = testVault();
  try {
    await makeFirstRelease(url);
    const full = await operatorOfFirstRelease(url, vault, 'tok_full', FIRST_OPERATOR);
    const narrow = await operatorOfFirstRelease(url, vault, 'tok_narrow', FIRST_OPERATOR.slice(1));
    await managementKeyOfFirstRelease(url);
    await migratePostgres(url);

    const database = openPostgres({ url });
    const registry = compose({ database, vault, reporter: { failure: () => {} }, alarm: () => {} });
    const permissionsOf = async (token: string): Promise<readonly string[]> =>
      expectOk<{ readonly permissions: readonly string[] }>(await registry.execute('auth.query', { method: 'authenticate', principal: null, input: { token, address: null } })).permissions;
    expect((await permissionsOf(full)).toSorted()).toStrictEqual([...FDR_PERMISSIONS].toSorted());
    expect(await permissionsOf(narrow)).toStrictEqual(FIRST_OPERATOR.slice(1));
    const [key] = await askPostgres<{ permissions: string[] }>(url, 'select permissions from api_keys');
    expect(key?.permissions.toSorted()).toStrictEqual([...CUS_PERMISSIONS].toSorted());

    const principal = { plane: 'fdr', id: 'tok_full', name: 'n', tenantId: null, permissions: new Set(await permissionsOf(full)) } as const;
    const { token } = expectOk<{ readonly token: string }>(
      await registry.execute('account.write', { method: 'create_token', principal, input: { plane: 'fdr', name: 'another' } }),
    );
    expect(await permissionsOf(token)).toStrictEqual([...FDR_PERMISSIONS]);
    await database.close();
  } finally {
    await drop();
  }
});

/** The tables as the first release made them, with one tenant. */
async function makeFirstRelease(url: string): Promise<void> {
  const foundation = await readFile(join(migrationsFolder(), '0000_foundation.sql'), 'utf8');
  const journal = await readFile(join(migrationsFolder(), 'meta/_journal.json'), 'utf8');
  const at = /"idx": 0,[^}]*"when": (\d+)/.exec(journal)?.[1] ?? '';
  await askPostgres(url, foundation);
  await askPostgres(url, `
    create table hoc_migrations (at bigint not null, hash text not null, constraint hoc_migrations_pk primary key (at));
    insert into hoc_migrations values (${at}, '${createHash('sha256').update(foundation).digest('hex')}');
    insert into organizations values ('org_1', 'Weather Inc.', '2026-01-01T00:00:00Z');
    insert into tenant_locators values ('loc1', 'tnt_1', '2026-01-01T00:00:00Z');
    insert into tenants values ('tnt_1', 'org_1', 'n', 'FREE', 'ACTIVE', 'loc1', 'ops@example.com', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')`);
}

/** Makes an operator of the first release, and answers its token. */
async function operatorOfFirstRelease(url: string, vault: Vault, id: string, permissions: string[]): Promise<string> {
  const { accessToken, token } = newAccessToken({ id, plane: 'fdr', name: 'n', permissions, by: { plane: 'fdr', id: 'server', name: 'server' }, now: new Date() }, vault);
  await askPostgres(url, `insert into access_tokens values ('${id}', 'fdr', 'n', '{${permissions.join()}}', '${accessToken.publicId}', '${accessToken.digest}', '${accessToken.pepperId}',
    '${JSON.stringify(accessToken.createdBy)}', '2026-01-01T00:00:00Z', null, null)`);
  return token.reveal();
}

const managementKeyOfFirstRelease = (url: string): Promise<unknown> => askPostgres(url, `
  insert into api_keys (tenant_id, id, kind, name, environment, public_id, digest, pepper_id, status, permissions, allowed_resources, allowed_addresses,
    metadata, created_by, counted, created_at, updated_at, version)
  values ('tnt_1', 'key_1', 'MANAGEMENT', 'n', 'live', 'p', 'd', 'p1', 'ACTIVE', '{${FIRST_MANAGEMENT.join()}}', '{}', '{}', '{}', '{}', true,
    '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 1)`);
