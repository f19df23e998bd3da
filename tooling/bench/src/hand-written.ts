import { hash } from 'node:crypto';
import { digestOf } from '@hoc/l5-engines/digest';
import { newId } from '@hoc/l5-engines/ids';
import { mintToken } from '@hoc/l5-engines/token';
import { Pool, type PoolClient } from 'pg';
import type { BenchTenant, Installation } from './governed-tenants.ts';

const LOCK_TENANT = `select t.status, p.max_service_keys from tenants t join plans p on p.name = t.plan where t.tenant_id = $1 for share of t`;
const LOCK_COUNTER = `select value from tenant_counters where tenant_id = $1 and counter = 'LIVE_SERVICE_KEYS' for update`;
const LOCK_HEAD = `select seq, hash from audit_heads where tenant_id = $1 for update`;
const INSERT_KEY = `insert into api_keys (tenant_id, id, kind, name, environment, public_id, digest, pepper_id, status, permissions, allowed_resources,
  allowed_addresses, metadata, created_by, counted, created_at, updated_at, version, rate_limits, has_credits, meter_id)
  values ($1, $2, 'SERVICE', $3, $4, $5, $6, $7, 'ACTIVE', $8, '{}', '{}', '{}', $9, true, $10, $10, 1, '[]', false, $2)`;
const COUNT_UP = `update tenant_counters set value = value + 1 where tenant_id = $1 and counter = 'LIVE_SERVICE_KEYS'`;
const INSERT_ENTRY = `insert into audit_entries (tenant_id, seq, at, actor, address, method, anchor, outcome, subject, invariants, request_id, prev_hash, hash)
  values ($1, $2, $3, $4, 'api_keys.write', 'create', 'api_key.create', 'COMMITTED', $5, '[]', $6, $7, $8)`;
const MOVE_HEAD = `update audit_heads set seq = $2, hash = $3 where tenant_id = $1`;

/** The key that is made. */
export const KEY = { name: 'production', environment: 'live', permissions: ['invoices:read', 'invoices:list'] } as const;

/** What somebody would write who has the same tables, the same driver and no kernel. */
export class HandWritten {
  readonly #pool: Pool;
  readonly #vault: Installation['vault'];

  constructor({ url, vault }: Pick<Installation, 'url' | 'vault'>, connections: number) {
    this.#pool = new Pool({ connectionString: url, max: connections, pipeline: true });
    this.#vault = vault;
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async sequential(tenant: BenchTenant): Promise<void> {
    await this.#transaction(async (client) => {
      await client.query('begin');
      const locked = await client.query({ name: 'tenant', text: LOCK_TENANT, values: [tenant.id] });
      const counted = await client.query({ name: 'counter', text: LOCK_COUNTER, values: [tenant.id] });
      check(locked.rows, counted.rows);
      const key = this.#key(tenant);
      await client.query({ name: 'key', text: INSERT_KEY, values: key.row });
      await client.query({ name: 'count', text: COUNT_UP, values: [tenant.id] });
      const head = await client.query({ name: 'head', text: LOCK_HEAD, values: [tenant.id] });
      const entry = entryAfter(tenant, key.id, head.rows);
      await client.query({ name: 'entry', text: INSERT_ENTRY, values: entry.row });
      await client.query({ name: 'move', text: MOVE_HEAD, values: [tenant.id, entry.seq, entry.hash] });
      await client.query('commit');
    });
  }

  async pipelined(tenant: BenchTenant): Promise<void> {
    await this.#transaction(async (client) => {
      const [, locked, counted, head] = await Promise.all([
        client.query('begin'),
        client.query({ name: 'tenant', text: LOCK_TENANT, values: [tenant.id] }),
        client.query({ name: 'counter', text: LOCK_COUNTER, values: [tenant.id] }),
        client.query({ name: 'head', text: LOCK_HEAD, values: [tenant.id] }),
      ]);
      check(locked.rows, counted.rows);
      const key = this.#key(tenant);
      const entry = entryAfter(tenant, key.id, head.rows);
      await Promise.all([
        client.query({ name: 'key', text: INSERT_KEY, values: key.row }),
        client.query({ name: 'count', text: COUNT_UP, values: [tenant.id] }),
        client.query({ name: 'entry', text: INSERT_ENTRY, values: entry.row }),
        client.query({ name: 'move', text: MOVE_HEAD, values: [tenant.id, entry.seq, entry.hash] }),
        client.query('commit'),
      ]);
    });
  }

  async #transaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await work(client);
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  #key({ id: tenantId, locator, admin }: BenchTenant): { readonly id: string; readonly row: unknown[] } {
    const { current } = this.#vault.peppers;
    const { token, publicId } = mintToken({ prefix: 'live', locator, randomBytes: this.#vault.randomBytes });
    const id = newId('key');
    const by = JSON.stringify({ plane: admin.plane, id: admin.id, name: admin.name });
    return { id, row: [tenantId, id, KEY.name, KEY.environment, publicId, digestOf(current, token.reveal()), current.id, KEY.permissions, by, new Date()] };
  }
}

function check(locked: readonly { status: string; max_service_keys: number }[], counted: readonly { value: number }[]): void {
  const [tenant] = locked;
  const [counter] = counted;
  if (tenant?.status !== 'ACTIVE' || counter === undefined || counter.value >= tenant.max_service_keys) throw new Error('the key may not be created');
}

function entryAfter(tenant: BenchTenant, subject: string, heads: readonly { seq: string; hash: string }[]): { readonly seq: number; readonly hash: string; readonly row: unknown[] } {
  const [head] = heads;
  if (head === undefined) throw new Error('the tenant has no audit chain');
  const seq = Number(head.seq) + 1;
  const at = new Date();
  const actor = { id: tenant.admin.id, name: tenant.admin.name, plane: tenant.admin.plane };
  const requestId = crypto.randomUUID();
  const entryHash = hash('sha256', JSON.stringify({ actor, at, prevHash: head.hash, requestId, seq, subject }), 'hex');
  return { seq, hash: entryHash, row: [tenant.id, seq, at, JSON.stringify(actor), subject, requestId, head.hash, entryHash] };
}
